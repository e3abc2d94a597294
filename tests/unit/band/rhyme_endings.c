#include "rhyme_endings.h"

#include <ctype.h>
#include <string.h>

/* A row is one sound. "=word" is that word only and goes before endings; the longest ending of all rows decides. */
static const char *const sounds[] = {
    "ight ite",                                                          /* night, white */
    "ay ey =they =grey =hooray =cafe =neigh",                            /* day */
    "ee =be =me =we =he =she ea =sea =tea =key =quay =dj =knee =three",  /* see */
    "=i =by =my =cry =dry =fly =sky =why =try =high =sigh =lie =die =goodbye =bye =eye =july =sigh =untie =tie", /* sky */
    "=go =so =no =ago =oh =hello ow =toe =though =slow =below",          /* snow; "now" and "how" are below */
    "=now =how =somehow =brow =vow",
    "=you =do =to =too =two =who =through =view ew ue =blue =anew",      /* blue */
    "own =town =down =brown =crown =downtown =gown",                     /* town; "own" words of the other sound below */
    "=own =known =unknown =grown =flown =blown =alone =phone =stone =throne =bone =telephone =shown =thrown",
    "=home =roam =dome =foam",
    "all awl =crawl =waterfall",
    "ore oor =door =floor our =four =pour =your =drawer =for =war oar =roar =before =more",
    "=sun =run =one =done =fun =won =son =none =begun =everyone =someone",
    "ong =song",
    "=sung =young =tongue =among",
    "ound",
    "ain ane =rein =again't",                                            /* rain, lane */
    "=again =then =when =ten =men =pen",
    "air are =where =there =chair =prayer =bear =wear =square =bare =care =stair =fair =hair =anywhere",
    "=are =car =star =far =guitar =jar =bar =scar",
    "ide =side =wide =cried =tried =dried =died",
    "=on =gone =upon =swan",
    "ill =until",
    "and =land",
    "old",
    "ine ign =mine =sign",
    "ing =sing =everything",
    "ear ere eer =near =here =pier =year =clear =appear =disappear =fear",
    "in =begin =skin =been =inn",
    "eet eat =street =beat =sweet =complete",
    "up",
    "ead ed =head =bed =said =red =bread =ahead =overhead",
    "=time =climb =thyme =rhyme =chime =dime =i'm",
    "ile =mile =smile =while =i'll =aisle",
    "ise yes =eyes =rise =skies =flies =cries =goodbyes =buys =highs",
    "ack =track =back",
    "out oubt =shout =about =doubt",
    "=could =good =stood =wood =would =should =hood",
    "ays aze =days =plays =phase",
    "art eart =heart",
    "ame aim =name",
    "=dawn =lawn =yawn =drawn",
    "eel =steel =we'll =feel =wheel =real",
    "=close =goes =knows =chose =rows =toes =rose =blows =those =nose =throws =grows",
    "ars",
    "ind =mind =find =behind =kind =signed",
    "=come =drum =hum =some =from =plum =numb",
    "us =bus",
    "ake eak'k =break =awake =lake =wake =take =shake =mistake",
    "ire =fire =choir",
    "ade aid =shade =made =stayed =played =laid =paid =lemonade =prayed",
    "oud owd =crowd =loud",
    "end iend =friend",
    "orm =storm =warm",
    "ive =alive =drive =five",
    "ose oes =lose =shoes =choose",                                      /* lose; overruled above for "rose" */
    "ark",
    "oon une =moon =tune =afternoon =noon",
    "ass =glass =grass =brass",
    "eep =sleep =deep =keep",
    "oad ode =road =load",
    "urn earn =burn =turn",
    "omes ums =comes =hums =drums =plums",
    "an =can =plan =van =man",
    "uns ones =runs =suns =ones",
    "idge =bridge =ridge",
    "urns =burns",
    "ees eas =trees =knees =seas =these =bees",
    "ail ale =sail =tail",
    "ell =bell =well =tell",
    "iss is =this =miss =kiss",
    "ears eers =years =clears =tears",
    "airs ares =chairs =stairs =cares",
    "ings",
    "eam =dream =stream =gleam",
    "oat ote =boat =coat =float",
    "alls",
    "oof =roof =proof",
    "akes eaks'k =breaks =takes =awakes",
    "op =stop =top",
    "ance =dance =chance",
    "ights",
    "ins =begins",
    "ast assed =last =passed =past",
    "ep =step",
    "ace ase =face =place",
    "ust =dust =must",
    "ands =hands =stands",
    "ooms =blooms",
    "oom =room =bloom",
    "ool =cool =pool =school",
    "aves",
    "im ymn =skim =him =swim",
    "ean een ine'n =green =seen =mean =machine =seventeen =clean",
    "olls oles =rolls =souls",
    "oys oise =noise =toys",
    "ame =same",
    "ork'k =work",
    "ice =ice =twice =price =mice",
    "ock =clock =rock =block =knock =lock",
    "eck =neck =deck",
    "est =chest =best =rest =west =rest",
    "ead'd =lead =need =seed =read",
    "eart'h =earth",
    "it =bit =sit =wit =quit =lit",
    "ip =ship =skip =lip",
    "in'd =wind",
    "ouse =house",
    "age =stage =page",
    "ood'd =blood =mud",
    "ub",
    "ame'd",
    "eave =leave =believe",
    "other =mother =brother =another =other",
    "orning =morning =warning",
    "ether =together =weather =feather =heather",
    "ever =forever =never =ever",
    "ollow =follow =hollow",
    "ather",
    "owing =growing =knowing =blowing =flowing",
    "alling =falling =calling",
    "ying =flying =crying =drying",
    "under =under =thunder =wonder",
    "atter =matter",
    "iver =river",
    "etter =better =letter",
    "ining =shining",
    "ains",
    "ones'n =stones =bones",
    "ong'r =stronger",
    "oul ole =soul =whole =goal",
};

enum { SOUNDS = sizeof(sounds) / sizeof(sounds[0]) };

/* The sound of a word: its own entry, else the longest ending. */
static int sound_of(const char *word)
{
    size_t best = 0, word_len = strlen(word);
    int found = -1;

    for (int i = 0; i < SOUNDS; i++)
        for (const char *at = sounds[i]; *at != '\0';) {
            size_t len = strcspn(at, " ");

            if (*at == '=') {
                if (len - 1 == word_len && strncmp(at + 1, word, word_len) == 0)
                    return i;
            } else if (len <= word_len && len > best && strncmp(word + word_len - len, at, len) == 0) {
                best = len;
                found = i;
            }
            at += len + (at[len] == ' ');
        }
    return found;
}

bool has_rhyme_ending(const char *word)
{
    return sound_of(word) >= 0;
}

bool words_rhyme(const char *a, const char *b)
{
    return strcmp(a, b) != 0 && sound_of(a) >= 0 && sound_of(a) == sound_of(b);
}
