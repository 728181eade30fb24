"""Customers under names of birds, trees and rivers (none that people bear): the same customer always has the same
name, and nothing leads from the name to the customer."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from pathlib import Path

from data_sources.errors import Unavailable
from data_sources.settings.root import Settings

KEY_FILE = "pseudonym.key"
KEY_BYTES = 32
NUMBERS = range(1_000, 10_000)
"""With some 260 words: 2.3 million names. Two given customers share one with probability 1 in 2.3 million,
20 comments on a page hold a pair of namesakes once in 12,000 pages, and of 60,000 customers about 2.5 % have a
namesake somewhere. Nothing is looked up by pseudonym (addresses carry a response), so namesakes mislead no query."""

_NEUTRAL = """
Auk Avocet Barbet Bittern Blackbird Blackcap Bluebird Bluethroat Brambling Bullfinch Bunting Buzzard Bustard
Chaffinch Chiffchaff Chough Coot Cormorant Corncrake Crake Crane Crossbill Curlew Dipper Dotterel Dove Dunlin
Dunnock Eagle Egret Eider Falcon Fieldfare Finch Firecrest Flamingo Flycatcher Fulmar Gadwall Gannet Garganey Godwit
Goldcrest Goldeneye Goldfinch Goosander Goshawk Grebe Greenfinch Greenshank Guillemot Harrier Hawfinch Heron Hobby
Hoopoe Hornbill Ibis Jackdaw Kestrel Kingfisher Kinglet Kite Kittiwake Knot Lapwing Lark Linnet Lorikeet Magpie
Mallard Merganser Moorhen Nightingale Nightjar Nuthatch Oriole Osprey Ouzel Owl Oystercatcher Partridge Pelican
Petrel Phalarope Pheasant Pintail Pipit Plover Pochard Ptarmigan Puffin Quail Raven Redpoll Redshank Redstart
Redwing Roller Rook Rosefinch Ruff Sanderling Sandpiper Serin Shearwater Shelduck Shoveler Shrike Siskin Skua
Skylark Smew Snipe Sparrow Spoonbill Starling Stilt Stint Stonechat Stork Swan Swallow Swift Teal Tern Thrush
Treecreeper Turnstone Wagtail Warbler Waxwing Wheatear Whimbrel Whinchat Whitethroat Wigeon Woodcock Woodlark
Woodpecker Wren Wryneck Yellowhammer Acacia Alder Almond Ash Aspen Balsa Banyan Baobab Beech Birch Blackthorn
Boxwood Cedar Cherry Chestnut Cypress Damson Dogwood Ebony Elm Fir Gorse Hawthorn Hickory Hornbeam Ironwood
Jacaranda Juniper Laburnum Larch Lilac Lime Linden Magnolia Mahogany Maple Medlar Mulberry Oak Osier Pear Pine Plane
Plum Poplar Quince Rosewood Sequoia Spindle Spruce Sycamore Tamarisk Teak Tupelo Walnut Whitebeam Willow Yew Avon
Clyde Dart Derwent Douro Duero Ebro Elbe Esk Exe Fowey Garonne Humber Isar Itchen Kennet Lune Medway Mersey Meuse
Moselle Neckar Nene Oder Orwell Ouse Rhine Rhone Ribble Saale Severn Shannon Sorgue Spey Stour Swale Tagus Tamar Tay
Tees Teifi Thames Tiber Trent Tweed Tyne Usk Vistula Volga Waveney Wear Weser Wharfe Windrush Wye
"""
WORDS = tuple(_NEUTRAL.split())


class Pseudonyms:
    """Names by a key. Without the key nobody can tell which customer a name stands for, nor test a guess."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def of(self, customer: object) -> str:
        """ "Heron-4127": HMAC-SHA256 (RFC 2104) of the customer's id; 1 and "1" are the same customer."""
        digest = hmac.digest(self._key, str(customer).encode(), hashlib.sha256)
        place = int.from_bytes(digest[:8]) % (len(WORDS) * len(NUMBERS))
        return f"{WORDS[place // len(NUMBERS)]}-{NUMBERS[place % len(NUMBERS)]}"


def pseudonyms(settings: Settings) -> Pseudonyms:
    """With the configured key (CX_PSEUDONYM_KEY), else with a random one kept beside the cube, readable by its
    owner only. Raises Unavailable where there is none and none can be kept: a customer would have another name after
    every start."""
    if settings.pseudonym_key is not None:
        return Pseudonyms(settings.pseudonym_key.get_secret_value().encode())
    try:
        return Pseudonyms(kept_key(settings.cube_folder() / KEY_FILE))
    except OSError as error:
        what = f"cannot be kept ({error.strerror}), and without it no customer has a name here"
        raise Unavailable(KEY_FILE, what, "Make room on its disk, or set CX_PSEUDONYM_KEY.") from error


def kept_key(path: Path) -> bytes:
    """The key in the file, made there once. It appears whole or not at all, so that two processes that start at
    once end with the same key."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
        try:
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(secrets.token_bytes(KEY_BYTES))
            os.link(draft, path)
        except FileExistsError:
            pass  # another process was first: its key holds
        finally:
            draft.unlink(missing_ok=True)
    return path.read_bytes()
