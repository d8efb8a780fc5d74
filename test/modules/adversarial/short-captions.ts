/** Short captions and statements for module C, of which many nouns and verbs look alike, labelled by hand before they were tagged. */
import { type Case, parseCases } from "./expected.ts";

export const shortCaptions: readonly Case[] = parseCases(`
Bird chirps. | n=bird v=chirp
Engine idles. | n=engine v=idle
Dog barks. | n=dog v=bark
Rain falls. | n=rain v=fall
Hammers strike nails. | n=hammer,nail v=strike
A slap of hands echoes. | n=slap,hand v=echo p=of
When drums beat loudly, the crowd cheers. | n=drum,crowd v=beat,cheer
Light chiming. | a=light n=chiming
A dog barks while birds chirp in the background. | n=dog,bird v=bark,chirp p=in
Water trickles over rocks as insects buzz. | n=water,rock,insect v=trickle,buzz p=over
The sounds share a metallic, ringing quality. | a=metallic,ringing
Brittle, glassy clinks dominate. | a=brittle,glassy n=clink v=dominate
Thunder roars and lightning strikes. | n=thunder,lightning v=roar,strike
Clock ticks. | n=clock v=tick
Phone rings. | n=phone v=ring
Baby cries. | n=baby v=cry
Glass breaks. | n=glass v=break
Door slams shut. | a=shut n=door v=slam
Cat meows and purrs. | n=cat v=meow,purr
Frogs croak. | n=frog v=croak
Bells toll. | n=bell v=toll
Bees buzz near a hive. | n=bee,hive v=buzz p=near
A man talks while a machine runs. | n=man,machine v=talk,run
Footsteps approach on a wooden floor. | a=wooden n=footstep,floor v=approach p=on
Several ducks quack and splash. | n=duck v=quack,splash
A helicopter flies overhead as wind blows into a microphone. | n=helicopter,wind,microphone v=fly,blow p=into
People talk and laugh at a party. | n=person,party v=talk,laugh p=at
A toilet flushes and water drains. | n=toilet,water v=flush,drain
Tires screech as a car turns. | n=tire,car v=screech,turn
An emergency vehicle siren blares. | n=emergency,vehicle,siren v=blare
Dishes clatter in a sink. | n=dish,sink v=clatter p=in
Rain patters on a window pane. | n=rain,window,pane v=patter p=on
A sewing machine rattles. | n=sewing,machine v=rattle
A crowd cheers and claps. | n=crowd v=cheer,clap
Keys jingle. | n=key v=jingle
Pots and pans bang together. | n=pot,pan v=bang
A woman speaks over a loudspeaker. | n=woman,loudspeaker v=speak p=over
Oil sizzles in a frying pan. | n=oil,frying,pan v=sizzle p=in
Typing on a keyboard. | n=typing,keyboard p=on
Fingers snap to the rhythm. | n=finger,rhythm v=snap p=to
Children play and shout on a playground. | n=child,playground v=play,shout p=on
A truck backs up, beeping. | n=truck v=back,beep
Wind howls through the trees. | n=wind,tree v=howl p=through
Waves lap at the shore. | n=wave,shore v=lap p=at
A cow moos twice. | n=cow v=moo
Crickets sing at night. | n=cricket,night v=sing p=at
Gun shots ring out. | n=gun,shot v=ring
An audience applauds and whistles. | n=audience v=applaud,whistle
Paper rips. | n=paper v=rip
A rooster crows and chickens cluck. | n=rooster,chicken v=crow,cluck
Steam hisses from a pipe. | n=steam,pipe v=hiss p=from
The clips share a deep, booming low end. | a=deep,booming,low
All sounds feature rapid, repetitive clicking. | a=rapid,repetitive n=clicking
These sounds have a shrill, piercing timbre. | a=shrill,piercing n=timbre
Each clip contains human speech. | a=human n=speech
The common element is a hollow, wooden knock. | a=hollow,wooden n=element,knock
Sharp transients are followed by a short decay. | a=sharp,short n=transient,decay v=follow p=by
The recordings feature buzzing insects. | a=buzzing n=insect
A low drone hums beneath chirping crickets. | a=low,chirping n=drone,cricket v=hum p=beneath
Continuous broadband noise with no clear pitch. | a=continuous,broadband n=noise p=with not=clear,pitch
The audio features a raspy, breathy voice. | a=raspy,breathy n=voice
Tinny music plays from a small radio. | a=tinny,small n=music,radio v=play p=from
A gritty, overdriven guitar riff repeats. | a=gritty,overdriven n=guitar,riff v=repeat
Water drips slowly into a metal bucket. | a=metal n=water,bucket v=drip p=into
Nasal quacking is heard repeatedly. | a=nasal n=quacking
Heavy machinery operates. | a=heavy n=machinery v=operate
Gravel crunches under tires. | n=gravel,tire v=crunch p=under
A chainsaw cuts through wood. | n=chainsaw,wood v=cut p=through
Car doors slam. | n=car,door v=slam
A fan hums and rattles without any speech. | n=fan v=hum,rattle not=speech
Without warning, a balloon pops. | n=balloon v=pop not=warning
Ocean waves roll in and seagulls squawk. | n=ocean,wave,seagull v=roll,squawk
Leaves crunch and twigs snap. | n=leaf,twig v=crunch,snap
Rhythmic hammering on metal. | a=rhythmic n=hammering,metal p=on
A distant train horn blows. | a=distant n=train,horn v=blow
Laughing children run past. | a=laughing n=child v=run
Someone is snoring loudly. | v=snore
Applause erupts. | n=applause v=erupt
Church bells ring and pigeons coo. | n=church,bell,pigeon v=ring,coo
A zipper zips. | n=zipper v=zip
Metal scrapes against concrete. | n=metal,concrete v=scrape p=against
Camera shutters click. | n=camera,shutter v=click
A drill whines as it bores into a wall. | n=drill,wall v=whine,bore p=into
The siren wails, rising and falling in pitch. | n=siren,pitch v=wail,rise,fall p=in
Muffled voices murmur behind a door. | a=muffled n=voice,door v=murmur p=behind
Fire crackles. | n=fire v=crackle
Coins drop onto a counter. | n=coin,counter v=drop p=onto
Liquid pours into a glass. | n=liquid,glass v=pour p=into
Pages turn. | n=page v=turn
Loud snoring. | a=loud n=snoring
A wolf howls and other wolves answer. | n=wolf v=howl,answer
Scissors snip. | n=scissors v=snip
Ice cracks on a frozen lake. | a=frozen n=ice,lake v=crack p=on
A horn honks and traffic passes. | n=horn,traffic v=honk,pass
Motorcycles rev and speed away. | n=motorcycle v=rev,speed
Bottles clang in a crate. | n=bottle,crate v=clang p=in
Static crackles on a radio. | n=static,radio v=crackle p=on
Plates break. | n=plate v=break
A bird whistles a melody and another bird answers. | n=bird,melody v=whistle,answer
Sheep bleat and a dog barks at them. | n=sheep,dog v=bleat,bark p=at
A vacuum cleaner whirs. | n=vacuum,cleaner v=whir
Raindrops drum on a tin roof. | n=raindrop,tin,roof v=drum p=on
Bass thumps through a wall. | n=bass,wall v=thump p=through
The sounds are percussive and lack sustained tones. | a=percussive not=sustained,tone
None of the clips contain music. | not=music
There is a buzzy, reedy texture throughout. | a=buzzy,reedy n=texture
The neuron responds to squeaking brakes. | a=squeaking n=neuron,brake v=respond p=to
High-pitched beeps recur at fixed intervals. | a=high-pitched,fixed n=beep,interval v=recur p=at
These are short, dry, wooden clicks. | a=short,dry,wooden n=click
Sounds of splashing water and laughing swimmers. | a=splashing,laughing n=water,swimmer p=of
A steady, unwavering tone with rich overtones. | a=steady,unwavering,rich n=tone,overtone p=with
Strong wind buffets the microphone. | a=strong n=wind,microphone v=buffet
A muffled announcement is made over an intercom. | a=muffled n=announcement,intercom p=over
The timbre is bright, brassy and slightly nasal. | a=bright,brassy,nasal n=timbre
Chains rattle and a gate creaks. | n=chain,gate v=rattle,creak
An old engine sputters, coughs and dies. | a=old n=engine v=sputter,cough,die
A kettle boils. | n=kettle v=boil
Turkeys gobble. | n=turkey v=gobble
Insects buzz and a stream burbles gently. | n=insect,stream v=buzz,burble
Electric guitars screech over pounding drums. | a=electric,pounding n=guitar,drum v=screech p=over
The low rumble of a passing train shakes the ground. | a=low n=rumble,train,ground v=pass,shake p=of
Fast typing and mouse clicks. | a=fast n=typing,mouse,click
A group of people sing and clap along. | n=group,person v=sing,clap p=of
Firecrackers explode one after another. | n=firecracker v=explode p=after
A cash register dings. | n=cash,register v=ding
Rapid gunfire rattles in short bursts. | a=rapid,short n=gunfire,burst v=rattle p=in
Breathing and heartbeats are audible. | a=audible n=breathing,heartbeat
A door opens, then closes with a thud. | n=door,thud v=open,close p=with
A puppy whimpers and scratches at the door. | n=puppy,door v=whimper,scratch p=at
A plane takes off. | n=plane v=take
Boots stomp on gravel while soldiers shout. | n=boot,gravel,soldier v=stomp,shout p=on
The audio is not speech but animal noise. | n=animal,noise not=speech
Whispered voices hiss in the dark. | a=whispered n=voice,dark v=hiss p=in
Crackling fire and popping embers. | a=crackling,popping n=fire,ember
Saw blades whine. | n=saw,blade v=whine
Water boils and bubbles in a pot. | n=water,pot v=boil,bubble p=in
Hands clap in unison. | n=hand,unison v=clap p=in
Snow crunches underfoot. | n=snow v=crunch
Two men argue while a television plays. | n=man,television v=argue,play
A goose honks and flaps its wings. | n=goose,wing v=honk,flap
`);
