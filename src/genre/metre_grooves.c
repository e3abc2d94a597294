#include "genre/metre_grooves.h"

#include <math.h>
#include <string.h>

#include "song/general_midi.h"

enum {
    POP = 1 << FAMILY_POP,
    SWING = 1 << FAMILY_SWING,
    SHUFFLE = 1 << FAMILY_SHUFFLE,
    ELECTRONIC = 1 << FAMILY_ELECTRONIC,
    HEAVY = 1 << FAMILY_HEAVY,
    FOLK = 1 << FAMILY_FOLK,
    ANY = (1 << FAMILY_COUNT) - 1
};

/* clang-format off */
const struct metre_groove metre_grooves[] = {
    /* metre, player, families, energy from, to, name, lines */
    /* 3/4: one strong beat; the others lift */
    { "3/4", PLAYER_DRUMMER, SWING, 0, 0.5, "jazz waltz, brushes",
      { "ride: 6.546.|6.5.64", "pedal: ..5...", "kick: 3.....", "snare: ......|...2..|......|.....2" } },
    { "3/4", PLAYER_DRUMMER, SWING, 0.4, 1, "jazz waltz",
      { "ride: 8.757.|8.7.75|8.757.|8.7576", "pedal: ..7...", "kick: 4.....|4....3|4.....|4..3..",
        "snare: ...2..|.....3|...2..|..2..3" } },
    { "3/4", PLAYER_DRUMMER, SWING, 0.66, 1, "jazz waltz, open",
      { "ride: 9.768.|9.7.86|8.768.|9.7687", "pedal: ..7.5.", "kick: 5....4|5..3..",
        "snare: ...4..|..3..4|.....3|...4.5" } },
    { "3/4", PLAYER_DRUMMER, SHUFFLE, 0, 0.55, "slow waltz, rim",
      { "kick: 7.....", "rim: ....6.", "hat: 6.5.54|6.5.5." } },
    { "3/4", PLAYER_DRUMMER, SHUFFLE, 0.45, 1, "gospel waltz",
      { "kick: 8....4|8.....", "snare: ....8.|...28.", "ride: 7.657.|7.6575", "pedal: ..5..." } },
    { "3/4", PLAYER_DRUMMER, POP, 0, 0.5, "rim on three",
      { "kick: 8...........|8.........4.", "rim: ........6...", "hat: 5.3.5.3.5.3." } },
    { "3/4", PLAYER_DRUMMER, POP, 0.42, 0.8, "backbeat on three",
      { "kick: 9.........5.|9.....5.....", "snare: ........9...|........9.2.", "hat: 7.5.6.5.6.5." } },
    { "3/4", PLAYER_DRUMMER, POP, 0.7, 1, "one, two and three",
      { "kick: 9.....6.....|9.....6...5.", "snare: ....8...9...|....8...9..4", "hat: 7.5.7.5.7.5.|7.5.7.5.7...",
        "open: ............|..........6." } },
    { "3/4", PLAYER_DRUMMER, HEAVY, 0, 0.6, "half-time waltz",
      { "kick: 9.........6.|9.....6.....", "snare: ........9...", "hat: 7...6...6..." } },
    { "3/4", PLAYER_DRUMMER, HEAVY, 0.5, 0.9, "heavy three",
      { "kick: 9.....7.....|9...7.7.....", "snare: ........9...", "open: 7...7...7..." } },
    { "3/4", PLAYER_DRUMMER, HEAVY, 0.76, 1, "double kick in three",
      { "kick: 9.9.9.9.9.9.|9.99..9.99..", "snare: ........9...|........9.57", "ride: 8...8...8..." } },
    { "3/4", PLAYER_DRUMMER, ELECTRONIC, 0, 0.55, "three to the floor, soft",
      { "kick: 8...........", "clap: ........6...", "hat: ..4...4...4." } },
    { "3/4", PLAYER_DRUMMER, ELECTRONIC, 0.45, 1, "three to the floor",
      { "kick: 9...9...9...", "clap: ........8...|........8..5", "open: ..6...6...6.", "hat: 4.424.424.42" } },
    { "3/4", PLAYER_DRUMMER, FOLK, 0, 0.6, "oom-pah-pah, brushed", { "kick: 7.....", "snare: ..4.4.|..4.43" } },
    { "3/4", PLAYER_DRUMMER, FOLK, 0.4, 1, "oom-pah-pah",
      { "kick: 8...........|8.........3.", "snare: ....5...5...|....5...5.33", "pedal: ....5...5..." } },
    { "3/4", PLAYER_DRUMMER, FOLK, 0.7, 1, "oom-pah-pah, tambourine",
      { "kick: 8...........", "snare: ....6...6...|....6...6.45", "tambourine: ....5...6...", "hat: 5.3.4.3.4.3." } },
    { "3/4", PLAYER_DRUMMER, ANY | PERCUSSIONISTS, 0, 1, "shaker in three", { "shaker: 6.4.5.4.5.4.|6.4.5.4.5.45" } },
    { "3/4", PLAYER_DRUMMER, ANY | PERCUSSIONISTS, 0.5, 1, "tambourine on two and three",
      { "tambourine: ....6...6...|....6...6.4.", "shaker: 5.3.4.3.4.3." } },
    { "3/4", PLAYER_DRUMMER, POP | SHUFFLE | SWING | PERCUSSIONISTS, 0.4, 1, "hands in three",
      { "conga1: 4...4...4...", "conga2: ......6...5.|......6.....", "conga3: ..........6.|........6.6." } },
    { "3/4", PLAYER_BASSIST, SWING, 0, 0.6, "one in a bar", { "1@0/10 a@10/2|1@0/12" } },
    { "3/4", PLAYER_BASSIST, SWING, 0.45, 1, "walking in three", { "walk" } },
    { "3/4", PLAYER_BASSIST, SHUFFLE, 0, 1, "one, three, five", { "1@0/4 3@4/4 5@8/4|1@0/4 5@4/4 a@8/4" } },
    { "3/4", PLAYER_BASSIST, POP | FOLK, 0, 0.55, "one in a bar", { "1@0/11" } },
    { "3/4", PLAYER_BASSIST, POP, 0.4, 1, "one and three", { "1@0/8 5@8/4|1@0/8 1@8/2 a@10/2" } },
    { "3/4", PLAYER_BASSIST, FOLK, 0.3, 1, "one and five", { "1@0/5|5-@0/5|1@0/5|1@0/4 5@4/4 a@8/4" } },
    { "3/4", PLAYER_BASSIST, HEAVY, 0, 1, "eighths in three",
      { "1@0! 1@2 1@4 1@6 1@8 1@10|1@0! 1@2 1@4 1@6 1@8 a@10" } },
    { "3/4", PLAYER_BASSIST, ELECTRONIC, 0, 1, "off-beats in three", { "1@2/2! 1@6/2 1@10/2|1@2/2! 1@6/2 8@10/2" } },
    { "3/4", PLAYER_COMPER, SWING, 0, 1, "one and the and of two", { "x..x..|...x..|x..x.o|.....x" } },
    { "3/4", PLAYER_COMPER, SWING, 0.5, 1, "answers in three", { "..ox..|x...o.|...x.o|x..o.." } },
    { "3/4", PLAYER_COMPER, SHUFFLE | POP, 0, 0.6, "held in three", { "x-----------|x-------o---" } },
    { "3/4", PLAYER_COMPER, SHUFFLE | POP, 0.45, 1, "quarters in three", { "7-..5-..5-..|7-..5-..5-5." } },
    { "3/4", PLAYER_COMPER, FOLK, 0, 1, "pah-pah", { "..7.7.|..7.7." } },
    { "3/4", PLAYER_COMPER, HEAVY, 0, 1, "held in three", { "x-----------|x-------x---" } },
    { "3/4", PLAYER_COMPER, ELECTRONIC, 0, 1, "off-beats in three", { "..x...x...x.|..x...x..x.." } },
    { "3/4", PLAYER_COMPER, ANY | HORN_SECTIONS, 0, 0.8, "horns: one stab in two bars", { "x.....|......" } },
    { "3/4", PLAYER_COMPER, ANY | HORN_SECTIONS, 0.7, 1, "horns: answers in three", { "x.....|..x.x-" } },
    { "3/4", PLAYER_STRUMMER, SWING, 0, 1, "chords on every beat", { "6.5.5." } },
    { "3/4", PLAYER_STRUMMER, ANY, 0, 0.6, "down on one", { "x...o...o...|x...o...o.3." } },
    { "3/4", PLAYER_STRUMMER, ANY, 0.45, 1, "waltz strum", { "8...6.3.6.3.|8...6.3.6.43" } },
    { "3/4", PLAYER_POWER, ANY, 0, 0.7, "one in a bar", { "x-----------|x-------x---" } },
    { "3/4", PLAYER_POWER, ANY, 0.5, 1, "driving three", { "9.4.4.4.4.4.|9.4.4.8---8-" } },
    { "3/4", PLAYER_ARPEGGIATOR, ANY, 0, 0.7, "up and down in three", { "1.2.3.4.3.2.|1.3.4.5.4.3." } },
    { "3/4", PLAYER_ARPEGGIATOR, ANY, 0.4, 1, "running three", { "123432|134543" } },
    { "3/4", PLAYER_PICKER, FOLK, 0, 1, "oom-pah-pah", { "1.8.8.|2.8.8." } },
    { "3/4", PLAYER_PICKER, ANY, 0, 0.7, "broken chords in three", { "1.3.4.5.4.3.|1.3.4.5.4.3." } },
    { "3/4", PLAYER_PICKER, ANY, 0.5, 1, "oom-pah-pah, held", { "1-8-8-|2-8-8-" } },
    { "3/4", PLAYER_MONTUNO, ANY, 0, 1, "in three", { "1.24.2|1.242." } },
    { "3/4", PLAYER_RIFFER, ANY, 0, 1, "riff in three", { "1@0! 1@2 1@4 b7@6 1@8 5@10|1@0! 1@2 1@4 b7@6 8@8/4!" } },
    { "3/4", PLAYER_PAD, ANY, 0, 1, "held", { "x-----------" } },

    /* 6/8: two dotted beats, the backbeat on the fourth eighth */
    { "6/8", PLAYER_DRUMMER, SWING, 0, 0.5, "six, brushed",
      { "ride: 6.46.4|6.465.", "pedal: ...5..", "kick: 3....." } },
    { "6/8", PLAYER_DRUMMER, SWING, 0.4, 1, "Afro-Cuban six",
      { "ride: 8.8.88|.8.8.8", "pedal: ...6..", "kick: 5.....|5....4", "rim: ...4..|..4..4" } },
    { "6/8", PLAYER_DRUMMER, POP | SHUFFLE | HEAVY, 0, 0.5, "six, rim",
      { "kick: 8.....|8....4", "rim: ...6..", "hat: 645645" } },
    { "6/8", PLAYER_DRUMMER, POP | SHUFFLE, 0.42, 0.8, "six with a backbeat",
      { "kick: 9....5|9.....", "snare: ...9..|...9.2", "hat: 756756" } },
    { "6/8", PLAYER_DRUMMER, POP | SHUFFLE, 0.68, 1, "six, full",
      { "kick: 9.5..6|9....6", "snare: ...9..|...9.4", "ride: 856856", "pedal: ...5.." } },
    { "6/8", PLAYER_DRUMMER, HEAVY, 0.45, 0.85, "heavy six",
      { "kick: 9....7|9.7..7", "snare: ...9..", "open: 7..7.." } },
    { "6/8", PLAYER_DRUMMER, HEAVY, 0.72, 1, "double kick in six",
      { "kick: 999999999999|9.9.9.999999", "snare: ......9.....", "ride: 8.....8....." } },
    { "6/8", PLAYER_DRUMMER, ELECTRONIC, 0, 0.55, "six, soft", { "kick: 8.....", "clap: ...6..", "hat: 4.44.4" } },
    { "6/8", PLAYER_DRUMMER, ELECTRONIC, 0.45, 1, "two to the floor",
      { "kick: 9..9..", "clap: ...8..|...8.5", "open: ..5..5", "hat: 535535" } },
    { "6/8", PLAYER_DRUMMER, FOLK, 0, 0.6, "jig, brushed",
      { "kick: 7.....", "snare: ...5.3|...5..", "hat: 4.34.3" } },
    { "6/8", PLAYER_DRUMMER, FOLK, 0.4, 1, "jig",
      { "kick: 8.....|8....3", "snare: ..36.3|..36.4", "tambourine: 4..6.." } },
    { "6/8", PLAYER_DRUMMER, ANY | PERCUSSIONISTS, 0, 1, "shaker in six", { "shaker: 634634|634644" } },
    { "6/8", PLAYER_DRUMMER, ANY | PERCUSSIONISTS, 0.5, 1, "tambourine in six",
      { "tambourine: ...7..|...7.4", "shaker: 523523" } },
    { "6/8", PLAYER_DRUMMER, POP | SHUFFLE | SWING | PERCUSSIONISTS, 0.4, 1, "hands in six",
      { "conga1: 4..4..", "conga2: ..6...|..6..5", "conga3: ....66|....6." } },
    { "6/8", PLAYER_BASSIST, SWING, 0, 1, "two dotted beats", { "1@0/5 5@6/4 a@10/2|1@0/5 5@6/6" } },
    { "6/8", PLAYER_BASSIST, POP | SHUFFLE | FOLK, 0, 0.6, "one in a bar", { "1@0/11" } },
    { "6/8", PLAYER_BASSIST, POP | SHUFFLE, 0.4, 1, "one and the pick-up",
      { "1@0/6 1@6/4 5@10/2|1@0/6 5@6/4 a@10/2" } },
    { "6/8", PLAYER_BASSIST, SHUFFLE, 0.5, 1, "long and short",
      { "1@0/4 1@4/2 5@6/4 6@10/2|1@0/4 3@4/2 5@6/4 a@10/2" } },
    { "6/8", PLAYER_BASSIST, FOLK, 0.35, 1, "two dotted beats", { "1@0/5 5@6/5" } },
    { "6/8", PLAYER_BASSIST, HEAVY, 0, 1, "eighths in six",
      { "1@0! 1@2 1@4 1@6! 1@8 1@10|1@0! 1@2 1@4 1@6! 1@8 a@10" } },
    { "6/8", PLAYER_BASSIST, ELECTRONIC, 0, 1, "after the beat in six", { "1@2/2! 1@4/2 1@8/2! 1@10/2" } },
    { "6/8", PLAYER_COMPER, SWING, 0, 1, "pushes in six", { "x..o..|..x..o|x....o" } },
    { "6/8", PLAYER_COMPER, POP | SHUFFLE | HEAVY, 0, 0.6, "held in six", { "x-----|x--o--" } },
    { "6/8", PLAYER_COMPER, POP | SHUFFLE, 0.4, 1, "triplets", { "755655|755655" } },
    { "6/8", PLAYER_COMPER, FOLK, 0, 1, "two chords", { "x-.o-.|x-.o-o" } },
    { "6/8", PLAYER_COMPER, ELECTRONIC, 0, 1, "stabs in six", { "..x..x|.x..x." } },
    { "6/8", PLAYER_COMPER, HEAVY, 0.5, 1, "two chords", { "x--x--" } },
    { "6/8", PLAYER_COMPER, ANY | HORN_SECTIONS, 0, 1, "horns: stabs in six", { "x.....|...x.x" } },
    { "6/8", PLAYER_COMPER, ANY | HORN_SECTIONS, 0.7, 1, "horns: long and short", { "x--..x|x--..." } },
    { "6/8", PLAYER_STRUMMER, ANY, 0, 0.6, "down on the beats", { "x-.o-.|x-.o-3" } },
    { "6/8", PLAYER_STRUMMER, ANY, 0.45, 1, "six strum", { "8.573.|8.5735" } },
    { "6/8", PLAYER_POWER, ANY, 0, 0.7, "held in six", { "x-----|x--x--" } },
    { "6/8", PLAYER_POWER, ANY, 0.5, 1, "driving six", { "944944|944948" } },
    { "6/8", PLAYER_ARPEGGIATOR, ANY, 0, 1, "up and down in six", { "123432|134543" } },
    { "6/8", PLAYER_ARPEGGIATOR, ANY, 0.5, 1, "wide six", { "135353|124242" } },
    { "6/8", PLAYER_PICKER, FOLK, 0, 1, "bass and chord in six", { "1.82.8" } },
    { "6/8", PLAYER_PICKER, ANY, 0, 1, "broken six", { "134543|134543" } },
    { "6/8", PLAYER_MONTUNO, ANY, 0, 1, "in six", { "1.212.|.12.21" } },
    { "6/8", PLAYER_RIFFER, ANY, 0, 1, "riff in six", { "1@0! 1@2 1@4 b7@6! 1@8 5@10|1@0! 1@2 1@4 3@6/6!" } },
    { "6/8", PLAYER_PAD, ANY, 0, 1, "held", { "x-----" } },

    /* 12/8: four beats of three, backbeats on two and four */
    { "12/8", PLAYER_DRUMMER, SWING, 0, 1, "swing in twelve",
      { "ride: 8..7.68..7.6|8..7.68..7.7", "pedal: ...7.....7..", "kick: 3..3..3..3..",
        "snare: ............|........3..2" } },
    { "12/8", PLAYER_DRUMMER, POP | SHUFFLE | HEAVY, 0, 0.5, "twelve, rim",
      { "kick: 8.....7.....|8.....7....4", "rim: ...6.....6..", "hat: 634634634634" } },
    { "12/8", PLAYER_DRUMMER, SHUFFLE, 0.4, 0.8, "slow blues",
      { "kick: 9.....8....4|9....58.....", "snare: ...9.....9..|...9.....9.3", "hat: 756756756756" } },
    { "12/8", PLAYER_DRUMMER, SHUFFLE, 0.62, 1, "slow blues, ride",
      { "kick: 9.....8..4.5|9....58.....", "snare: ...9.2...9..|...9.....934", "ride: 856756856756",
        "pedal: ...5.....5.." } },
    { "12/8", PLAYER_DRUMMER, POP, 0.42, 0.8, "ballad in twelve",
      { "kick: 9....58.....|9....58....4", "snare: ...9.....9..", "hat: 756756756756" } },
    { "12/8", PLAYER_DRUMMER, POP, 0.68, 1, "ballad in twelve, full",
      { "kick: 9.5..68....5|9....68..5..", "snare: ...9.....9..|...9.....9.4", "ride: 856756856756",
        "pedal: ...5.....5.." } },
    { "12/8", PLAYER_DRUMMER, HEAVY, 0.45, 1, "heavy twelve",
      { "kick: 9....79....7|9.7..79....7", "snare: ...9.....9..", "open: 7..7..7..7.." } },
    { "12/8", PLAYER_DRUMMER, HEAVY, 0.72, 1, "double kick in twelve",
      { "kick: 999999999999", "snare: ...9.....9..", "ride: 8..8..8..8.." } },
    { "12/8", PLAYER_DRUMMER, ELECTRONIC, 0, 0.55, "twelve, soft",
      { "kick: 8.....8.....", "clap: ...6.....6..", "hat: 4.44.44.44.4" } },
    { "12/8", PLAYER_DRUMMER, ELECTRONIC, 0.45, 1, "four to the floor in twelve",
      { "kick: 9..9..9..9..", "clap: ...8.....8..", "open: ..5..5..5..5", "hat: 53.53.53.53." } },
    { "12/8", PLAYER_DRUMMER, FOLK, 0, 1, "twelve, brushed",
      { "kick: 8.....6.....", "snare: ...6.....6.3|...6.....6..", "hat: 4.34.34.34.3" } },
    { "12/8", PLAYER_DRUMMER, ANY | PERCUSSIONISTS, 0, 1, "shaker in twelve",
      { "shaker: 634534634534|634534634544" } },
    { "12/8", PLAYER_DRUMMER, ANY | PERCUSSIONISTS, 0.5, 1, "tambourine in twelve",
      { "tambourine: ...7.....7..|...7.....7.5", "shaker: 523423523423" } },
    { "12/8", PLAYER_BASSIST, SWING, 0, 1, "walking in twelve", { "walk" } },
    { "12/8", PLAYER_BASSIST, POP | SHUFFLE | FOLK, 0, 0.6, "two to the bar",
      { "1@0/12 5@12/10 a@22/2|1@0/12 1@12/12" } },
    { "12/8", PLAYER_BASSIST, POP, 0.42, 1, "long and short",
      { "1@0/10 1@10/2 5@12/10 a@22/2|1@0/10 5@10/2 1@12/12" } },
    { "12/8", PLAYER_BASSIST, SHUFFLE, 0.4, 1, "walking shuffle",
      { "1@0/4 1@4/2 3@6/4 3@10/2 5@12/4 5@16/2 6@18/4 a@22/2|1@0/6 3@6/6 5@12/6 6@18/4 a@22/2" } },
    { "12/8", PLAYER_BASSIST, FOLK, 0.35, 1, "four beats", { "1@0/6 1@6/6 5@12/6 5@18/6" } },
    { "12/8", PLAYER_BASSIST, HEAVY, 0, 1, "eighths in twelve",
      { "1@0! 1@2 1@4 1@6! 1@8 1@10 1@12! 1@14 1@16 1@18! 1@20 a@22" } },
    { "12/8", PLAYER_BASSIST, ELECTRONIC, 0, 1, "after the beat in twelve", { "1@4/2! 1@10/2 1@16/2! 1@22/2" } },
    { "12/8", PLAYER_COMPER, SWING, 0, 1, "Charleston in twelve", { "x....o......|x....x..o...|.....x.....o" } },
    { "12/8", PLAYER_COMPER, POP | SHUFFLE, 0, 1, "triplets in twelve", { "755655755655" } },
    { "12/8", PLAYER_COMPER, ANY, 0, 1, "held in twelve", { "x-----o-----|x-----x--o--" } },
    { "12/8", PLAYER_COMPER, SHUFFLE, 0.5, 1, "shuffle stabs", { "..6..6..6..6|..6..6..6.76" } },
    { "12/8", PLAYER_COMPER, ELECTRONIC, 0.4, 1, "stabs in twelve", { "..x..x..x..x|.x..x..x..x." } },
    { "12/8", PLAYER_COMPER, ANY | HORN_SECTIONS, 0, 1, "horns: answers in twelve", { "........x..x|x..........." } },
    { "12/8", PLAYER_COMPER, ANY | HORN_SECTIONS, 0.7, 1, "horns: long in twelve", { "x-----x--..x|x-----......" } },
    { "12/8", PLAYER_STRUMMER, ANY, 0, 0.6, "down on the beats", { "x-.o-.x-.o-.|x-.o-.x-.o-3" } },
    { "12/8", PLAYER_STRUMMER, ANY, 0.45, 1, "twelve strum", { "8.573.6.573.|8.573.6.5735" } },
    { "12/8", PLAYER_POWER, ANY, 0, 0.7, "held in twelve", { "x-----x-----" } },
    { "12/8", PLAYER_POWER, ANY, 0.5, 1, "driving twelve", { "944944944944|944944944988" } },
    { "12/8", PLAYER_ARPEGGIATOR, ANY, 0, 1, "up and down in twelve", { "123432123432|134543134543" } },
    { "12/8", PLAYER_PICKER, FOLK, 0, 1, "bass and chord in twelve", { "1.82.81.82.8" } },
    { "12/8", PLAYER_PICKER, ANY, 0, 1, "broken twelve", { "134543234543" } },
    { "12/8", PLAYER_MONTUNO, ANY, 0, 1, "in twelve", { "1.212.1.212.|.12.21.12.21" } },
    { "12/8", PLAYER_RIFFER, ANY, 0, 1, "riff in twelve",
      { "1@0! 1@4 1@6! 1@10 b7@12! 1@16 3@18/6|1@0! 1@4 1@6! 1@10 b7@12! 5@16 1@18/6" } },
    { "12/8", PLAYER_PAD, ANY, 0, 1, "held", { "x-----------" } },

    /* 9/8: three dotted beats */
    { "9/8", PLAYER_DRUMMER, SWING | SHUFFLE, 0, 1, "nine on the ride",
      { "ride: 8..7.67..|8..7.67.6", "pedal: ...6.....", "kick: 5........|5.......3",
        "snare: .....2...|........3" } },
    { "9/8", PLAYER_DRUMMER, POP | HEAVY, 0, 0.55, "nine, rim",
      { "kick: 8........", "rim: ......6..", "hat: 634534534" } },
    { "9/8", PLAYER_DRUMMER, POP | HEAVY, 0.45, 1, "nine with a backbeat",
      { "kick: 9....5...|9..5.....", "snare: ......9..|......9.4", "hat: 756656656" } },
    { "9/8", PLAYER_DRUMMER, ELECTRONIC, 0, 1, "three to the floor in nine",
      { "kick: 9..9..9..", "clap: ......8..", "open: ..5..5..5" } },
    { "9/8", PLAYER_DRUMMER, FOLK, 0, 1, "slip jig",
      { "kick: 8........", "snare: ...5..6.3|...5..6..", "tambourine: 4..5..5.." } },
    { "9/8", PLAYER_DRUMMER, ANY | PERCUSSIONISTS, 0, 1, "shaker in nine", { "shaker: 634534534" } },
    { "9/8", PLAYER_BASSIST, SWING, 0, 1, "walking in nine", { "walk" } },
    { "9/8", PLAYER_BASSIST, POP | SHUFFLE | FOLK | ELECTRONIC, 0, 0.6, "one in a bar", { "1@0/17" } },
    { "9/8", PLAYER_BASSIST, POP | SHUFFLE | FOLK | ELECTRONIC, 0.4, 1, "three dotted beats",
      { "1@0/6 5@6/6 a@12/6|1@0/6 3@6/6 5@12/6" } },
    { "9/8", PLAYER_BASSIST, HEAVY, 0, 1, "eighths in nine", { "1@0! 1@2 1@4 1@6! 1@8 1@10 1@12! 1@14 1@16" } },
    { "9/8", PLAYER_COMPER, ANY, 0, 1, "three chords", { "x--o--o--|x--o--o-3" } },
    { "9/8", PLAYER_COMPER, ANY | HORN_SECTIONS, 0, 1, "horns in nine", { "x.....x--|......x.." } },
    { "9/8", PLAYER_STRUMMER, ANY, 0, 1, "nine strum", { "8.56.36.3|8.56.3635" } },
    { "9/8", PLAYER_POWER, ANY, 0, 1, "nine", { "9--8--8--|944844844" } },
    { "9/8", PLAYER_ARPEGGIATOR, ANY, 0, 1, "nine", { "123432345|134543432" } },
    { "9/8", PLAYER_PICKER, ANY, 0, 1, "nine", { "134543543" } },
    { "9/8", PLAYER_MONTUNO, ANY, 0, 1, "in nine", { "1.21.21.2" } },
    { "9/8", PLAYER_RIFFER, ANY, 0, 1, "riff in nine", { "1@0! 1@2 1@4 1@6! 1@8 b7@10 1@12! 5@14 b7@16" } },
    { "9/8", PLAYER_PAD, ANY, 0, 1, "held", { "x--------" } },

    /* 5/4: three and two */
    { "5/4", PLAYER_DRUMMER, SWING | SHUFFLE, 0, 1, "five",
      { "ride: 8.757.8.7.|8.757.8.75", "pedal: ..6.....6.", "kick: 4.....4...", "snare: ...2......|.....3...2" } },
    { "5/4", PLAYER_DRUMMER, POP | HEAVY, 0, 0.55, "five, rim",
      { "kick: 8...........7.......", "rim: ........6.......6...", "hat: 5.3.5.3.5.3.5.3.5.3." } },
    { "5/4", PLAYER_DRUMMER, POP, 0.45, 1, "five with backbeats",
      { "kick: 9.....5.....9.......|9.........5.9.......", "snare: ........9.......9...|........9.......9.2.",
        "hat: 7.5.6.5.6.5.7.5.6.5." } },
    { "5/4", PLAYER_DRUMMER, HEAVY, 0.45, 1, "heavy five",
      { "kick: 9..9..6.....9..9....|9..9..6.....9.9.....", "snare: ........9.......9...",
        "open: 7...7...7...7...7..." } },
    { "5/4", PLAYER_DRUMMER, ELECTRONIC, 0, 1, "five to the floor",
      { "kick: 9...9...9...9...9...", "clap: ........8.......8...", "open: ..6...6...6...6...6.",
        "hat: 4.424.424.424.424.42" } },
    { "5/4", PLAYER_DRUMMER, FOLK, 0, 1, "waltz and a half", { "kick: 8.....8...", "snare: ..4.4...5.|..4.4...53" } },
    { "5/4", PLAYER_DRUMMER, ANY | PERCUSSIONISTS, 0, 1, "shaker in five", { "shaker: 6.4.5.4.5.4.6.4.5.4." } },
    { "5/4", PLAYER_DRUMMER, ANY | PERCUSSIONISTS, 0.5, 1, "tambourine in five",
      { "tambourine: ........6.......6...", "shaker: 5.3.4.3.4.3.5.3.4.3." } },
    { "5/4", PLAYER_BASSIST, SWING, 0, 1, "walking in five", { "walk" } },
    { "5/4", PLAYER_BASSIST, SWING | SHUFFLE, 0, 1, "vamp in five", { "1@0/6 5@6/6 1@12/4 5@16/4" } },
    { "5/4", PLAYER_BASSIST, POP | FOLK, 0, 1, "three and two", { "1@0/12 5@12/8|1@0/10 1@10/2 5@12/6 a@18/2" } },
    { "5/4", PLAYER_BASSIST, HEAVY, 0, 1, "eighths in five", { "1@0! 1@2 1@4 1@6 1@8 1@10 1@12! 1@14 1@16 1@18" } },
    { "5/4", PLAYER_BASSIST, ELECTRONIC, 0, 1, "off-beats in five", { "1@2/2! 1@6/2 1@10/2 1@14/2! 1@18/2" } },
    { "5/4", PLAYER_COMPER, SWING | SHUFFLE | POP, 0, 1, "vamp in five", { "x..x..x.x." } },
    { "5/4", PLAYER_COMPER, POP | HEAVY, 0, 1, "held in five", { "x-----o---" } },
    { "5/4", PLAYER_COMPER, FOLK, 0, 1, "pah-pah and pah", { "..7.7...7." } },
    { "5/4", PLAYER_COMPER, ELECTRONIC, 0, 1, "off-beats in five", { ".x.x.x.x.x" } },
    { "5/4", PLAYER_COMPER, ANY | HORN_SECTIONS, 0, 1, "horns in five", { "x.....x.x.|......x..." } },
    { "5/4", PLAYER_STRUMMER, ANY, 0, 1, "five strum", { "8...6.3.6.3.8...6.3.|8...6.3.6.3.8...6.43" } },
    { "5/4", PLAYER_POWER, ANY, 0, 1, "five", { "x-----x---|x-----x-x-" } },
    { "5/4", PLAYER_POWER, ANY, 0.6, 1, "driving five", { "9.4.4.8.4.4.9.4.8.4." } },
    { "5/4", PLAYER_ARPEGGIATOR, ANY, 0, 1, "three and two", { "1234321323|1345431424" } },
    { "5/4", PLAYER_PICKER, ANY, 0, 1, "three and two", { "1.8.8.2.8." } },
    { "5/4", PLAYER_PICKER, ANY, 0, 0.6, "broken five", { "1345431343" } },
    { "5/4", PLAYER_MONTUNO, ANY, 0, 1, "in five", { "1.24.21.2." } },
    { "5/4", PLAYER_RIFFER, ANY, 0, 1, "riff in five", { "1@0! 1@3 1@6 b7@8 1@10 1@12! 1@15 3@16/4" } },
    { "5/4", PLAYER_PAD, ANY, 0, 1, "held", { "x---------" } },

    /* 7/8: two, two and three */
    { "7/8", PLAYER_DRUMMER, SWING | SHUFFLE, 0, 1, "seven on the ride",
      { "ride: 8.7.876|8.7.87.", "pedal: ..6....", "kick: 5...4..", "snare: ...2..2|......3" } },
    { "7/8", PLAYER_DRUMMER, POP, 0, 0.55, "seven, rim",
      { "kick: 8......|8.....4", "rim: ....6..", "hat: 6464644" } },
    { "7/8", PLAYER_DRUMMER, POP, 0.45, 1, "seven with a backbeat",
      { "kick: 9..5...|9.5....", "snare: ....9..|....9.4", "hat: 7575755" } },
    { "7/8", PLAYER_DRUMMER, HEAVY, 0, 0.6, "seven, half open",
      { "kick: 9.....6|9..6...", "snare: ....9..", "hat: 7.7.7.6" } },
    { "7/8", PLAYER_DRUMMER, HEAVY, 0.5, 1, "heavy seven",
      { "kick: 9.9...7|9.97..7", "snare: ....9..|....9.8", "open: 8.7.8.." } },
    { "7/8", PLAYER_DRUMMER, ELECTRONIC, 0, 1, "seven to the floor",
      { "kick: 9.9.9..|9.9.9.6", "clap: ....8..", "open: .5.5.5.", "hat: 4.4.4.4" } },
    { "7/8", PLAYER_DRUMMER, FOLK, 0, 1, "two, two and three",
      { "kick: 8...6..", "snare: ..5..4.|..5..44", "tambourine: 6.5.6.." } },
    { "7/8", PLAYER_DRUMMER, ANY | PERCUSSIONISTS, 0, 1, "shaker in seven", { "shaker: 6464644" } },
    { "7/8", PLAYER_DRUMMER, ANY | PERCUSSIONISTS, 0.5, 1, "tambourine in seven",
      { "tambourine: ....7..", "shaker: 5353533" } },
    { "7/8", PLAYER_BASSIST, SWING, 0, 1, "walking in seven", { "walk" } },
    { "7/8", PLAYER_BASSIST, POP | SWING | SHUFFLE | FOLK, 0, 1, "two, two and three",
      { "1@0/4 5@4/4 1@8/6|1@0/4 5@4/4 1@8/4 a@12/2" } },
    { "7/8", PLAYER_BASSIST, HEAVY, 0, 1, "eighths in seven", { "1@0! 1@2 1@4! 1@6 1@8! 1@10 1@12" } },
    { "7/8", PLAYER_BASSIST, ELECTRONIC, 0, 1, "off-beats in seven",
      { "1@0/2! 1@2/2 1@4/2! 1@6/2 1@8/2! 8@10/2 1@12/2" } },
    { "7/8", PLAYER_COMPER, ANY, 0, 0.6, "held in seven", { "x---x--|x---o--" } },
    { "7/8", PLAYER_COMPER, ANY, 0.4, 1, "the three groups", { "x.x.x..|x.x.x.o" } },
    { "7/8", PLAYER_COMPER, ANY | HORN_SECTIONS, 0, 1, "horns in seven", { "x...x..|....x-." } },
    { "7/8", PLAYER_STRUMMER, ANY, 0, 1, "seven strum", { "8.6.8.4|8464844" } },
    { "7/8", PLAYER_POWER, ANY, 0, 0.7, "the three groups", { "x-x-x--" } },
    { "7/8", PLAYER_POWER, ANY, 0.5, 1, "driving seven", { "9484844|9484988" } },
    { "7/8", PLAYER_ARPEGGIATOR, ANY, 0, 1, "two, two and three", { "1213143|1314154" } },
    { "7/8", PLAYER_PICKER, ANY, 0, 1, "two, two and three", { "1.8.2.8|1.8.2.4" } },
    { "7/8", PLAYER_MONTUNO, ANY, 0, 1, "in seven", { "1.2.1.2|.12.12." } },
    { "7/8", PLAYER_RIFFER, ANY, 0, 1, "riff in seven",
      { "1@0! 1@2 1@4! b7@6 1@8! 3@10 2@12|1@0! 1@2 1@4! b7@6 1@8/6!" } },
    { "7/8", PLAYER_PAD, ANY, 0, 1, "held", { "x------" } },

    /* 2/4: in two; the drums of other families take half a bar of 4/4 at a time */
    { "2/4", PLAYER_DRUMMER, FOLK, 0, 1, "polka", { "kick: 8...7...", "snare: ..5...5.|..5...53" } },
    { "2/4", PLAYER_DRUMMER, ANY | PERCUSSIONISTS, 0, 1, "shaker in two", { "shaker: 6.4.6.4.|6.4.6.44" } },
    { "2/4", PLAYER_BASSIST, ANY, 0, 1, "one and five", { "1@0/4 5@4/4|1@0/4 5@4/2 a@6/2" } },
    { "2/4", PLAYER_COMPER, FOLK, 0, 1, "after the beat", { "..7...7." } },
    { "2/4", PLAYER_COMPER, ANY, 0, 1, "in two", { "x---o---|x-..o-.." } },
    { "2/4", PLAYER_COMPER, ANY | HORN_SECTIONS, 0, 1, "horns in two", { "x.......|....x.x." } },
    { "2/4", PLAYER_STRUMMER, ANY, 0, 1, "in two", { "7.3.7.3.|7.3.7.33" } },
    { "2/4", PLAYER_PICKER, ANY, 0, 1, "boom-chick", { "1.8.2.8." } },
    { "2/4", PLAYER_PAD, ANY, 0, 1, "held", { "x---" } },
};
/* clang-format on */
const size_t metre_groove_count = sizeof(metre_grooves) / sizeof(metre_grooves[0]);

/* What tells the families apart. */
#define SWUNG 58      /* percent on eighths */
#define MACHINE 0.6   /* genre_groove.humanise of programmed drums, at most */
#define ACOUSTIC 1.0  /* the same of people in a room, at least */
#define LOOSE 55      /* percent on sixteenths: a pocket, no folk music */
enum { BACKBEAT_LEVEL = 7 };

static bool has_backbeat(const struct genre_part *part)
{
    for (size_t i = 0; i < part->patterns.count; i++)
        for (size_t l = 0; l < part->patterns.items[i].lines.count; l++) {
            const char *text;
            const struct drum_voice *voice = drum_voice_read(part->patterns.items[i].lines.items[l], &text);

            if (voice != NULL && voice->rank == 1 && strpbrk(text, "789xX") != NULL)
                return true;
        }
    return false;
}

enum groove_family genre_groove_family(const struct genre_players *g)
{
    double swing = g->groove.swing.count > 0 ? g->groove.swing.items[0].percent : 50;
    bool backbeat = false, heavy = false;

    for (size_t i = 0; i < g->parts.count; i++) {
        const struct genre_part *part = &g->parts.items[i];

        backbeat |= part->player == PLAYER_DRUMMER && has_backbeat(part);
        heavy |= part->role == ROLE_GUITAR && (part->player == PLAYER_POWER || part->player == PLAYER_RIFFER);
    }
    if (g->groove.humanise <= MACHINE)
        return FAMILY_ELECTRONIC;
    if (g->groove.swing_unit == 8 && swing >= SWUNG)
        return backbeat ? FAMILY_SHUFFLE : FAMILY_SWING;
    if (heavy)
        return FAMILY_HEAVY;
    if (g->groove.humanise >= ACOUSTIC && g->groove.crashes != 1 && swing < LOOSE)
        return FAMILY_FOLK;
    return FAMILY_POP;
}

static struct part_pattern pattern_of(const struct metre_groove *row, struct metre metre, struct arena *a)
{
    struct part_pattern out = { .name = row->name, .energy_low = row->energy_low, .energy_high = row->energy_high,
                                .weight = 1, .metre = metre };
    size_t lines = 0;

    while (lines < sizeof(row->lines) / sizeof(row->lines[0]) && row->lines[lines] != NULL)
        lines++;
    out.lines.items = ARENA_ARRAY(a, const char *, lines);
    for (; out.lines.count < lines; out.lines.count++)
        out.lines.items[out.lines.count] = row->lines[out.lines.count];
    return out;
}

static bool is_for(const struct metre_groove *row, const struct genre_part *part, enum groove_family family,
                   struct metre metre)
{
    bool is_percussionist = part->player == PLAYER_DRUMMER && part->role == ROLE_PERCUSSION;
    bool is_horns = part->player == PLAYER_COMPER && part->programs.count > 0 &&
                    gm_family_of((uint8_t)part->programs.items[0].program) == GM_BRASS;
    struct metre own;

    return row->player == (enum player_kind)part->player && (row->families >> family & 1) != 0 &&
           ((row->families & PERCUSSIONISTS) != 0) == is_percussionist &&
           ((row->families & HORN_SECTIONS) != 0) == is_horns && metre_parse(row->metre, &own) &&
           metre_is_equal(own, metre);
}

size_t metre_grooves_find(const struct genre_part *part, enum groove_family family, struct metre metre,
                          struct arena *a, struct part_pattern **out)
{
    size_t count = 0;

    for (size_t i = 0; i < metre_groove_count; i++)
        count += is_for(&metre_grooves[i], part, family, metre);
    *out = ARENA_ARRAY(a, struct part_pattern, count + part->patterns.count + 1);
    count = 0;
    for (size_t i = 0; i < metre_groove_count; i++)
        if (is_for(&metre_grooves[i], part, family, metre))
            (*out)[count++] = pattern_of(&metre_grooves[i], metre, a);
    return count;
}

static const char *const snare_group[] = { "snare: 678", "kick: 7.." };
static const char *const tom_group[] = { "tom1: 7..", "tom3: .7.", "tom5: ..8", "kick: 7.." };
static const char *const roll_group[] = { "snare: 567789" };
static const char *const two_groups[] = { "snare: 5..667", "tom3: ...78.", "tom5: .....9", "kick: 8....." };
static const char *const down_groups[] = { "snare: 78....", "tom1: ..78..", "tom3: ....8.", "tom5: .....9",
                                           "kick: 8....." };

#define LINES(list) .lines = { (const char **)(uintptr_t)(list), sizeof(list) / sizeof((list)[0]) }
static const struct part_fill fills[] = {
    { .energy_low = 0, .energy_high = 1, .weight = 2, .beats = 1.5, LINES(snare_group) },
    { .energy_low = 0.4, .energy_high = 1, .weight = 1.5, .beats = 1.5, LINES(tom_group) },
    { .energy_low = 0.3, .energy_high = 1, .weight = 1, .beats = 1.5, LINES(roll_group) },
    { .energy_low = 0.4, .energy_high = 1, .weight = 1, .beats = 3, LINES(two_groups) },
    { .energy_low = 0.6, .energy_high = 1, .weight = 1, .beats = 3, LINES(down_groups) },
};

static bool has_quarter_beats(struct metre metre)
{
    return metre_find(metre) == NULL || metre.denominator < 8;
}

size_t metre_fills_find(struct metre metre, const struct part_fill **out)
{
    *out = fills;
    return has_quarter_beats(metre) ? 0 : sizeof(fills) / sizeof(fills[0]);
}

bool metre_fill_fits(struct metre metre, double beats)
{
    int32_t len = (int32_t)lround(beats * METRE_PPQ), bar = metre_bar_ticks(metre);

    if (len > bar)
        return false;
    if (has_quarter_beats(metre))
        return true;
    for (int i = 0; i < metre_beats(metre); i++)
        if (metre_beat_tick(metre, i) == bar - len)
            return true;
    return false;
}
