"""The Customer Room as a server: `python -m streamlit run serve.py`. The app (app.py), made ready before its first
visitor, with `/healthz` and `/readyz`, ended gracefully."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import pandas  # noqa: F401  before any thread: altair looks into a pandas that another thread has half imported
import streamlit as st
from starlette.middleware import Middleware

from serving.closing import Closing
from serving.readiness import Readiness
from serving.shell import Shell, addition
from serving.standing import Standing, TurnedAway

standing = Standing()


@asynccontextmanager
async def _serving(_app: st.App) -> AsyncGenerator[None, None]:
    loop = asyncio.get_running_loop()
    readiness = Readiness(standing, loop)
    readiness.start()
    Closing(standing, readiness.close).take_over(loop)
    yield
    readiness.close()


application = st.App(
    "app.py",
    lifespan=_serving,
    routes=standing.routes(),
    middleware=[Middleware(TurnedAway, standing=standing), Middleware(Shell, addition=addition())],
)
