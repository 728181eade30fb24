"""Words that are names of people and something else besides: they count as names only where the words around say so.

Made for this purpose, beside the lists of common words that Faker ships for its placeholder texts (first_names.py).
"""

from __future__ import annotations

_BESIDES = """
gert joke preston
mercedes siri iban jerry tesla kia pan nan via cortana romeo bic
abbey ace adelaide africa aime alba albany alexa alexandria alma alt alva amber america amor amparo an ange angel
angus anis april arc archer art ash asia aspen aston asunción atlas august aurora austin autumn ava avis azul baker
barclay bas basil bay bea beat beau beer bella belle bente berlin bianca bill bille birch bird bishop blade blanca
blanche blaze blossom blue bo booker boston brandy breeze brie brisbane bristol britannia brittany bronx brook brooke
brooklyn brooks bror buck bud buddy burton butler cairo cal caledonia cambridge camden cameo can canary candy capri
cara cardiff caridad carlton carmel carol carolina carter cary cas casa casey cash castle celestine chance chandler
chanel charity charlotte chase chelsea cherry chester chi china christian cicero cinnamon clara clay cleveland cliff
clifton clover coco colombia concepción concord conde cooper coral corona cosmo costa coy cruz crystal cuba cypress
dacia dag daisy dakota dale dallas dani dank darling darwin dawn dean deer delta denver desire destiny devon dia
diamond dick diesel diva divine dolores domingo dominica don dove drew duke dulce durham dusty earl early earnest east
easter ebony echo eden edge electra elite ella else elva em ember emerald eminem ende engel england epiphany era ernst
esperanza espérance essence essex estrella eternity eve ever everest faith fanny fe felicidad fern ferry fidel
fidelity field fiesta finch finn fiore fisher fleur floor flora florence florida flower ford forest forrest fortuna
fox france francisco franco frank frankie freedom frej friday fuchsia gaia gala galaxy gale garden gardener garnet
garnett gene general genesis geneva genius georgia gerade germany gill ginger giver glen gloria glory golden grace
gracia gracie grand grant gray grazia green grey gross gun gut guy halo happy harbor harmony harper harvest haven hawk
hazel heath heather heaven heide heinz hella henley herb hero hilton holland hollis holly home honda honey honor
honour hope houston hunter hyde hyundai india indiana indigo infinity ion iris irish isle israel ivory ivy jackson
jade jamaica january java jazz jersey jet jewel jo job jockey jordan journey joy judge july june jung juniper jupiter
justice justin kale kansas karma karo kelvin kendal kent kenya keys king kingsley kingston kit kitty klein knight
lacey lady lake lancaster lance land lane lark laurel lavender law le lee legend lemon lente leon lexus liberty libra
lily lima lime lin lincoln linda line link lisbon little lodge london long lord lore lorraine lot lotus louvre love
lovely luce lucky lugo luna lux luz lynx lyric lys ma mac macy madison madonna magic magnolia mai maiden maine major
malta man manchester mandarin manila manual mar marble march marche marge margin marina marine mark marshal martini
mason maverick max may mayo mazda mead meadow medina melody memphis mercury mercy merel merit merry messi mia miami
mickey midnight milagros milan miles mill miller mini minnie minor miracle miss misty modeste modesto mole monaco
monday monet monroe montana montreal moon morgan moss mustang my myrtle nadir nan napoleon nash natal nation national
navy neat neo nero nestor nevada newton nieves nike nile noble noel norm norma normal north nova novella november novo
nurse oak oakland ob ocean oda odd odessa ok ola olive olympia omega on only opal orange orchid orlando oslo oxford
pace page palm palma panda pandora pansy parfait paris park parker parma pascal patience pax paz peace pearl pele
penny pepper per percy perfecto perla perle peru petal petrol phoenix piano pier pierre pike pine placid plaza pol
polo pony poppy porsche porter portia prada precious prima prime prince princess promise providence prudence queen
quest quick quinn rae rain rainbow ram rat ray real rebel red reed reese regal regina regis reign reine remedios reyes
rich rico rio ripley ritz river ro rob robin rock rocky rocío rod roger roma roman rome romeo roos rosario rose
rosemary royal royce ruby rudy rush rusty sabbath safari saga sage saint salem salvador san sanders santa santiago
santos sapphire savannah savoy sawyer scarlet sea season sem senior september serenity seven shanghai shannon shelby
shell shelly sherlock sherry siena sienna sierra silver simba siv sky skye skylar smart socorro soda sofia sol soledad
solo son sonata sonne sonny speranza spirit spring spruce star sten sterling stern stig stone storm stormy story sue
sultan summer sun sunday sunny sunrise sunshine swan sweet swift sydney sylvan tab tally tan taurus tawny taylor tea
teal temple tennessee terra texas thames thursday tia tiara tiger tobago topaz tor toy trace trent trinidad trinity
trip triumph troy true truth tuesday tulip turner tyne tyra una unique unity unn uno urban ursa us valencia valentine
valley van velvet venice ventura venus verde verity vernon verona vesper vesta via vic victoire victoria victory vida
vienna villa ville viola violet virgin virginia visa vista vita viva vår walker wally ward ware warm warner washington
waters wayne webb welle wells wendy's west weston white will willow windsor winner winter wisdom wolf wolle wood woods
woody worth wren wurst xerox york young zara zen zone ángeles
"""
BESIDES_NAMES = frozenset(_BESIDES.split())
"""First names that are words, places, months, firms or things besides, in lower case."""

_WORDS_TOO = """
abbott alexander ash ashley avila aylesbury bacon bailey bakker banks barber barker barr barrera bass bath bauer bean
beard beasty beck bell belton berg berger berry bianchi birmingham blackburn blackwell blanc blanchard bolton bond
boner bones boon booth bos bowler bradford branch braun brick bridge bridges bright brock brown browning brun bull
bullock bush butcher cairn cairns campos canning cannon cantwell carpenter carr cash chamberlain chambers chapman
charpentier chevalier clayton clifford clifton clinton coates cobb coffey coles combs comer conte cook cordova cortes
costa cousins cox crane craven creed cross crow cruise cuffe curry daly dam dane darcy deacon deadly deere dillon
dobbin down downs drake drew drum duff duffin dumfries dupont dyer eaton engel fair farmer fay fear fee ferrari
fielding fields fiore fischer flood flores flowers foley fontaine foran ford fournier fowler fox free freely freeman
freitas fresh fry fuchs fuentes fuller gaffney gaines gamble garrison gates gatti gay gentry giles glazier glover
godfrey going gore gorey grassi graves greco griffin grimes groot gross guerra hahn haire hale hall ham hamilton
hammond hara harding hardy hare haren harkin hart hastings hasty hatfield hearty held helen helery hester hood hooper
hope hopkins horn horne hough howe hull hunt hurst inglis ingram ivory jolly jung kaiser keen keeper key keyes kidd
kidney kilkenny king kirk klein koch kok kraft kuiper kurz lamb lamp landed landers lang lange lara largan largey
lawless leach lean lee leech leite leroy levy lewis lincoln link linny long looney lucid luna lynch machado mack
madden manley manning mansfield mara marchand marin marks marsh martini mata mathews matos maye mayer meadows meany
mejia mellon mercer mercier meyer meza milligan mills minogue mistry moan mohan monk monks monti moody mora morning
morton moss moulin mountain mulder myles nail near neat needham neves newman nixon noir noon noone norris nova nunes
nutty odom oliveira osborne oxford pace packer paisley palmer park parks patten payne peacock pearl penny perrin
peters petit pickering pineda pinheiro pinto pitts plover poland pollard ponce pool poole pope post potter potts
powers pratt preston pringle prins proctor quail quill quilty rabbitte rafter rails rain raleigh ramos ramsey ray
reading real redden reed reis rice riddle ridge rigney rios riva rivas rivière roach robles rocha rock roe rojas
rolling rollins rose rossi roux rowan rowe rush russo rye sage salas salmon santana santos savage sayers school
schwarz scope sealy sears serra shark sharp shelton shields shine silk sill silva sims singleton skelly slater sloan
small smart smit snow solis somers sommer spain sparks spears spence stack stafford stanton stapleton steed steele
stein steward stokes storey stout supple sutton swanson swords tanner tate terry thorpe torres tully turnbull tutty
underwood vale valle vance vargas vega villa visser vogel vos wade wagner walker wall waller walls walton ward waters
watts weaver weber webster weir weiss welch wheeler white whitehead whitty wiggins willis winkler winter winters wise
wolf wolff wood woods wright wynne yang york young zimmermann
"""
BESIDES_SURNAMES = frozenset(_WORDS_TOO.split())
"""Surnames that are words, trades or places besides: a search for them is a search for the word."""

_PLACES = """
aeroporto aeropuerto air airlines airport airways app arena avenue aéroport bahnhof bank bay beach branch brand bridge
broadband building calle card cars center centre city club co collection college company county court cross day
department edition energy estación express filiale flughafen gare gas gate gmbh group hall hill hills hospital hotel
house inc insurance island islands klinik lake lane line llc lounge ltd mall market max menu mobile model motors
museum office park parks platz plc plus points pro river road rue sale sales school season series shop sport sports
square stadium station stazione store strasse straße street team telecom terminal theater theatre tower town
university valley version water week
"""
PLACES_BEHIND = frozenset(_PLACES.split())
"""A word after a name that makes it one of a place, a firm or a day."""

_NOT_SAID = """
cape east el fort la lake las le les los mount mt new north port rio saint san sankt santa santo sao south st são the
west
"""
NOT_SAID_BEFORE = frozenset(_NOT_SAID.split())
"""A word before a name that makes it one of a place: "San Francisco"."""

_KEPT = """
Ben & Jerry
Ben and Jerry
Jack Daniel
Johnnie Walker
Jim Beam
Dr Pepper
Dr. Pepper
Dr Martens
Dr. Martens
Doc Martens
Dr. Oetker
Dr Oetker
Mr Muscle
Mr Kipling
Mr. Proper
Mrs Doubtfire
Aunt Bessie
Mr Bean
Mr. Bean
Uncle Ben
Harry Potter
Taylor Swift
Mickey Mouse
Peter Pan
Marks & Spencer
Marks and Spencer
John Lewis
Calvin Klein
Ralph Lauren
Tommy Hilfiger
Hugo Boss
Christian Dior
Louis Vuitton
Yves Rocher
Yves Saint Laurent
Giorgio Armani
Massimo Dutti
Leroy Merlin
Morgan Stanley
JP Morgan
Charles Schwab
Madame Tussauds
Ms Word
Ms Office
Ms Teams
MS Word
MS Office
MS Teams
MS Excel
MS Windows
Herr Ober
Sir or Madam
Sir/Madam
Charles de Gaulle
John F. Kennedy
JFK
George Bush
Santa Claus
Father Christmas
Frau Holle
El Corte Inglés
Albert Heijn
Jan Linders
"""
KEPT = tuple(_KEPT.strip().split("\n"))
"""Brands, characters and forms of address that look like names of people."""
