/** More captions and statements for module C, most of them written when the clause grammar was done, labelled by hand before they were tagged. */
import { type Case, parseCases } from "./expected.ts";

export const moreCaptions: readonly Case[] = parseCases(`
Sirens blare and horns honk on a busy street. | a=busy n=siren,horn,street v=blare,honk p=on
Brushes sweep across a snare. | n=brush,snare v=sweep p=across
The pattern is a series of quick taps on a hard surface. | a=quick,hard n=pattern,tap,surface p=of,on
Sustained, vibrating string tones. | a=sustained,vibrating n=string,tone
Wood creaks and ropes strain. | n=wood,rope v=creak,strain
Tools clank in a workshop. | n=tool,workshop v=clank p=in
A squeaky wheel turns. | a=squeaky n=wheel v=turn
Loud music and cheering fans. | a=loud n=music,fan v=cheer
A microwave beeps and its door opens. | n=microwave,door v=beep,open
Birds sing, leaves rustle and a brook flows. | n=bird,leaf,brook v=sing,rustle,flow
Speech is absent; only machine noise remains. | n=machine,noise v=remain not=speech
A gong sounds and fades out. | n=gong v=fade
Sticks hit the rim of a drum. | n=stick,rim,drum v=hit p=of
Skateboard wheels roll over pavement. | n=skateboard,wheel,pavement v=roll p=over
Vehicles pass by on a wet road. | a=wet n=vehicle,road v=pass p=on
A man gives a speech and the audience claps. | n=man,speech,audience v=give,clap
Birds tweet and a stream flows nearby while people converse. | n=bird,stream,person v=tweet,flow,converse
An electric toothbrush buzzes against teeth. | a=electric n=toothbrush,tooth v=buzz p=against
The wind blows hard and a tarp flaps. | a=hard n=wind,tarp v=blow,flap
A child laughs as water sprays from a hose. | n=child,water,hose v=laugh,spray p=from
Vehicles drive along a highway at high speed. | a=high n=vehicle,highway,speed v=drive p=along,at
Someone types on a computer keyboard and sighs. | n=computer,keyboard v=type,sigh p=on
A crow caws three times in quick succession. | a=quick n=crow,succession v=caw p=in
Pigs snort and oink in a muddy pen. | a=muddy n=pig,pen v=snort,oink p=in
A power tool grinds metal and sparks fly. | n=power,tool,metal,spark v=grind,fly
Distant thunder rolls as light rain begins to fall. | a=distant,light n=thunder,rain v=roll,begin,fall
The engine starts, revs and stalls. | n=engine v=start,rev,stall
Cutlery clinks on plates as diners chat. | n=cutlery,plate,diner v=clink,chat p=on
A subway train arrives and its brakes squeal. | n=subway,train,brake v=arrive,squeal
An owl hoots while crickets chirp continuously. | n=owl,cricket v=hoot,chirp
Gusts of wind shake the leaves of a tree. | n=gust,wind,leaf,tree v=shake p=of
A clock chimes and its pendulum swings. | n=clock,pendulum v=chime,swing
A blender whirs loudly then stops. | n=blender v=whir,stop
Kids scream and splash in a swimming pool. | n=kid,swimming,pool v=scream,splash p=in
A man whistles while he walks down a hall. | n=man,hall v=whistle,walk p=down
Sandpaper rubs wood. | n=sandpaper,wood v=rub
Thunder claps. | n=thunder v=clap
Balls bounce on a court. | n=ball,court v=bounce p=on
Hail hits a car roof. | n=hail,car,roof v=hit
Windshield wipers swish. | n=windshield,wiper v=swish
Fish splash in a pond. | n=fish,pond v=splash p=in
Ducks flap their wings. | n=duck,wing v=flap
Cars race around a track. | n=car v=race p=around
A swarm of bees buzzes around a hive. | n=swarm,bee,hive v=buzz p=of,around
Walking on dry leaves. | a=dry n=walking,leaf p=on
Chopping vegetables on a board. | n=vegetable,board v=chop p=on
Wooden wheels creak. | a=wooden n=wheel v=creak
Flies buzz around food. | n=fly,food v=buzz p=around
A whip cracks. | n=whip v=crack
Old floorboards creak under heavy steps. | a=old,heavy n=floorboard,step v=creak p=under
The clips feature hollow, resonant thuds with little high-frequency energy. | a=hollow,resonant,little,high-frequency n=thud,energy p=with
These sounds are nasal, buzzing tones produced by reed instruments. | a=nasal,buzzing n=tone,reed,instrument v=produce p=by
All clips contain a clear, rising pitch contour. | a=clear,rising n=pitch,contour
The shared feature is a dense, noisy texture rather than a clear pitch. | a=dense,noisy n=feature,texture not=clear,pitch
Short percussive bursts alternate with silence. | a=short,percussive n=burst,silence v=alternate p=with
Voices overlap and laughter breaks out. | n=voice,laughter v=overlap,break
The sounds have a smooth attack and a slow release. | a=smooth,slow n=attack,release
Low rumbles and deep thuds are present. | a=low,deep n=rumble,thud
A strong rhythmic pulse drives each clip. | a=strong,rhythmic n=pulse v=drive
The sounds contain repetitive mechanical clatter and no voices. | a=repetitive,mechanical n=clatter not=voice
Guitar strings vibrate and decay. | n=guitar,string v=vibrate,decay
Harsh static masks the speech. | a=harsh n=static,speech v=mask
Soft piano chords fade into silence. | a=soft n=piano,chord,silence v=fade p=into
Drum hits punctuate a steady bass line. | a=steady n=drum,hit,bass,line v=punctuate
Each sound begins abruptly and decays quickly. | v=begin,decay
The timbre shifts from bright to muffled. | a=bright,muffled n=timbre v=shift p=from,to
Warm, breathy flute notes float above a quiet drone. | a=warm,breathy,quiet n=flute,note,drone v=float p=above
Crisp footsteps echo down a long corridor. | a=crisp,long n=footstep,corridor v=echo p=down
Metal sheets clang as workers hammer them. | a=metal n=sheet,worker v=clang,hammer
A lack of reverberation makes the voice sound close. | a=close n=voice not=reverberation
The tones are not harsh and never distort. | n=tone not=harsh,distort
Human voices are absent from every clip. | p=from not=human,voice
Neither music nor speech is heard; wind rustles dry grass. | a=dry n=wind,grass v=rustle not=music,speech
Machines beep and nurses talk. | n=machine,nurse v=beep,talk
Trees sway and branches snap in a storm. | n=tree,branch,storm v=sway,snap p=in
Water runs from a faucet into a basin. | n=water,faucet,basin v=run p=from,into
A young woman laughs and then coughs. | a=young n=woman v=laugh,cough
Rain pelts an umbrella while cars splash through puddles. | n=rain,umbrella,car,puddle v=pelt,splash p=through
A horse neighs and its hooves clatter on stone. | n=horse,hoof,stone v=neigh,clatter p=on
Muffled speech fades as a train departs. | a=muffled n=speech,train v=fade,depart
A spoon stirs tea in a ceramic mug. | a=ceramic n=spoon,tea,mug v=stir p=in
Chickens peck and scratch. | n=chicken v=peck,scratch
Bike bells ring. | n=bike,bell v=ring
Someone chops wood with an axe. | n=wood,axe v=chop p=with
Elevator doors slide open. | a=open n=elevator,door v=slide
Popcorn pops in a microwave. | n=popcorn,microwave v=pop p=in
Traffic rumbles on a bridge above a river. | n=traffic,bridge,river v=rumble p=on,above
A cat hisses and growls at another cat. | n=cat v=hiss,growl p=at
Two dogs growl and fight over food. | n=dog,food v=growl,fight p=over
Wind chimes ring gently in a garden. | n=wind,chime,garden v=ring p=in
Skis glide over packed snow. | a=packed n=ski,snow v=glide p=over
A stapler clicks. | n=stapler v=click
Heels click on marble. | n=heel,marble v=click p=on
A flag flutters in strong wind. | a=strong n=flag,wind v=flutter p=in
Bubbles rise and burst. | n=bubble v=rise,burst
Thick ice groans and splits. | a=thick n=ice v=groan,split
Monkeys howl in the jungle. | n=monkey,jungle v=howl p=in
A nail scratches a chalkboard. | n=nail,chalkboard v=scratch
Cans rattle in a bag. | n=can,bag v=rattle p=in
Reporters shout questions and cameras flash. | n=reporter,question,camera v=shout,flash
The choir sings and the organ swells. | n=choir,organ v=sing,swell
A tractor pulls a plow. | n=tractor,plow v=pull
Jet engines scream. | n=jet,engine v=scream
Dogs howl when sirens pass. | n=dog,siren v=howl,pass
Beans pour into a jar. | n=bean,jar v=pour p=into
Clothes tumble in a dryer. | n=clothes,dryer v=tumble p=in
A lawn mower engine chokes and quits. | n=lawn,mower,engine v=choke,quit
Talking and laughter in a restaurant. | n=talking,laughter,restaurant p=in
Slow footsteps, then a creaking hinge. | a=slow,creaking n=footstep,hinge
Strong low-frequency energy and little treble. | a=strong,low-frequency,little n=energy,treble
Each clip has a wavering, nasal voice. | a=wavering,nasal n=voice
Distorted guitars and pounding drums create a dense wall. | a=distorted,pounding,dense n=guitar,drum,wall v=create
The clips share a whirring motor and steady airflow. | a=whirring,steady n=motor,airflow
Noise bursts occur at irregular intervals. | a=irregular n=noise,burst,interval v=occur p=at
Breathy whispers mix with rustling cloth. | a=breathy,rustling n=whisper,cloth v=mix p=with
A hollow knock repeats at a steady pace without reverberation. | a=hollow,steady n=knock,pace v=repeat p=at not=reverberation
There are no human voices, only buzzing flies. | a=buzzing n=fly not=human,voice
The tone lacks vibrato but stays warm. | a=warm n=tone v=stay not=vibrato
Pure tones beep and glide upward. | a=pure n=tone v=beep,glide
Sharp cracks pierce a quiet hum. | a=sharp,quiet n=crack,hum v=pierce
The sounds ring out and decay slowly. | v=ring,decay
Harsh alarms blare and lights flash. | a=harsh n=alarm,light v=blare,flash
The voice is not clear, as static covers it. | n=voice,static v=cover not=clear
Tires crunch snow. | n=tire,snow v=crunch
Bats chirp at high frequencies. | a=high n=bat,frequency v=chirp p=at
The crowd boos. | n=crowd v=boo
A lighter flicks. | n=lighter v=flick
Seals bark on a beach. | n=seal,beach v=bark p=on
Guitars strum over a soft beat. | a=soft n=guitar,beat v=strum p=over
Sails flap and rigging clanks. | n=sail,rigging v=flap,clank
Roosters crow at dawn. | n=rooster,dawn v=crow p=at
Papers shuffle and pens scratch. | n=paper,pen v=shuffle,scratch
`);
