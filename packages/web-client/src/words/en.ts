/** The page in English. The other languages have exactly these keys. */
import type { ErrorCode } from '@foldback/protocol';
import type { Option } from '../app/phone-options.ts';
import type { StandingCode } from '../app/standing-notices.ts';

/** What the title of a notice may name. */
export interface NoticeFacts {
  readonly time: string;
  readonly name: string;
  readonly count: number;
}

export interface NoticeWords {
  readonly title: string | ((facts: NoticeFacts) => string);
  /** Without one, what it is about is told by name. */
  readonly detail?: string;
}

/** Of a refusal, in words; empty for what it does not tell. */
export interface RefusalSaid {
  readonly what: string;
  readonly value: string;
  readonly limit: string;
  readonly holder: string;
}

export const words = {
  decimalMark: '.',
  unit: 'dB',

  // Who and where.
  whoseMix: 'Whose mix is this?',
  typeYourName: 'Type your name. This phone will remember it.',
  wereYouHere: 'Were you here before? Take your mix with you.',
  yourName: 'Your name',
  nameMissing: 'Type a name that can be seen.',
  yourColour: 'Your colour',
  colourNames: {
    coral: 'Coral',
    sand: 'Sand',
    olive: 'Olive',
    green: 'Green',
    teal: 'Teal',
    sky: 'Sky blue',
    blue: 'Blue',
    violet: 'Violet',
    orchid: 'Orchid',
    rose: 'Rose',
    brown: 'Brown',
    stone: 'Stone',
  },
  start: 'Start',
  save: 'Save',
  close: 'Close',
  language: 'Language',
  screenOn: 'Keep the screen on',
  screenOnHint: 'While this page is open',
  screenOnNotHere: 'Not possible over plain http. Set a longer screen time in the phone’s settings.',
  nameAndSettings: 'Name and settings',
  pageTitle: (name: string) => `${name}’s mix`,
  output: (first: number) => `Out ${first}–${first + 1}`,
  noOutput: 'No output',
  playsOn: 'Output of my mix',

  // Coming in.
  iAmTheEngineer: 'I am the engineer',
  engineerCode: 'Engineer code',
  whereTheCodeIs: 'On the mixer’s computer, “foldback engineer” prints it.',
  ownComputer: 'This is the mixer’s own computer: no code is needed here.',
  letMeIn: 'Let me in',
  wrongCode: 'That is not the code, or it was tried too often. Try again in some minutes.',
  inviteIsOver: 'This code was used already, or is over. Ask for another one.',
  notNow: 'Not possible right now. Try again.',
  notIn: 'Say who you are. The engineer lets you in.',
  byInviteOnly: 'By QR code only. Ask the engineer for one and scan it with this phone.',
  askToComeIn: 'Ask to come in',
  askAgain: 'Ask again',
  notLetIn: 'Not let in this time. Talk to the engineer, or ask again.',
  tellTheDigits: 'Tell the engineer these six digits.',
  answerComesByItself: 'The answer comes by itself. Leave this page open.',
  phonesAndPeople: 'Phones and people',
  whoAsks: (count: number) =>
    count === 0 ? 'Nobody is asking' : count === 1 ? '1 asks to come in' : `${count} ask to come in`,
  letInAs: (name: string) => `Let in as ${name}`,
  letInAsNew: 'As somebody new',
  decline: 'Decline',
  phonesIn: (count: number) => (count === 1 ? '1 phone is in' : `${count} phones are in`),
  thisPhone: 'this phone',
  hereNow: 'here now',
  aPhone: 'A phone',
  mayDo: 'What it may do',
  roles: { musician: 'Own mix', engineer: 'Engineer' },
  removePhone: 'Remove',
  howOneJoins: 'How one joins',
  joinRules: {
    band: 'The band’s Wi-Fi: newcomers come in as somebody new',
    approve: 'Ask me each time',
    invite: 'By QR code only',
    open: 'Open house: everybody may change everything',
  },
  ruleIsFixed: 'The settings of this mixer say it.',
  invite: 'Invite',
  inviteMusician: 'Invite a musician',
  inviteCode: 'QR code of the invite',
  myOtherPhone: 'My mix on another phone',
  scanThis: 'Scan this with the camera of the other phone.',
  goodOnce: 'Good once, for ten minutes.',
  usedBy: (phone: string) => `${phone} is in.`,
  anotherOne: 'Another one',

  // Connection and disk.
  saved: 'Saved',
  saving: 'Saving…',
  connected: 'Connected',
  openHouse: 'Open house',
  connecting: 'Connecting…',
  reconnecting: 'Reconnecting',
  attempt: (count: number) => `attempt ${count}`,
  lost: {
    title: 'Reconnecting…',
    plays: 'Your mix keeps playing as it is.',
    silent: 'Your mix is kept as it is.',
  },
  restarting: {
    title: 'The mixer starts again…',
    plays: 'Your mix keeps playing as it is.',
    silent: 'Your mix is kept as it is.',
  },
  ended: {
    title: 'The mixer was switched off',
    detail: 'Your mix is kept, and plays again when it is back.',
  },
  lostFor: (time: string) => ({
    title: `No connection for ${time}`,
    detail: 'Is this phone on the band’s Wi-Fi, and the computer running?',
  }),
  notSavedShort: 'Not saved',
  interfaceBack: 'Sound is back.',
  interfaceOfferedInstead: (name: string) => `${name} is here. Every mix stays.`,
  useInterface: 'Use it',
  /** What the server tells everybody. A code of the protocol that has no words here does not compile. */
  notices: {
    not_saved: {
      title: ({ time }) => `Not saved since ${time}`,
      detail: 'The computer cannot save. Sound is not affected.',
    },
    interface_lost: { title: 'The sound interface is gone', detail: 'Waiting for it. Your mix is kept.' },
    interface_adjusted: {
      title: 'The sound interface is not as set',
      detail: 'It refused the rate or block set, and plays at the nearest it takes.',
    },
    interface_offered: {
      title: ({ name }) => `${name} is here`,
      detail: 'Everybody can play through it. Every mix stays.',
    },
    recovered: { title: 'Your mix was restored', detail: 'From a backup. Later changes may be missing.' },
    newer_version: {
      title: 'A newer Foldback saved the mixes here',
      detail: 'Its file is kept, untouched. This one cannot read it.',
    },
    import_refused: {
      title: 'A file of mixes could not be read',
      detail: 'It is kept on the computer. Nobody’s mix has changed.',
    },
    edited_while_running: {
      title: 'The file of mixes was edited by hand',
      detail: 'That version is kept on the computer. Nobody’s mix has changed.',
    },
    repaired: {
      title: ({ count }) =>
        count === 1
          ? 'Something in the saved mixes was mended'
          : `${count} things in the saved mixes were mended`,
    },
    tracks_skipped: {
      title: 'Some tracks cannot be played',
      detail: 'The computer says which, and why. The others play.',
    },
    recording_gaps: {
      title: 'The recording has gaps',
      detail: 'The disk is too slow for it. Sound is not affected.',
    },
    recording_stopped: {
      title: ({ time }) => `The recording stopped at ${time}`,
      detail: 'The computer cannot go on writing it. Sound is not affected.',
    },
  } satisfies Record<StandingCode, NoticeWords>,
  recording: 'Everything is being recorded.',
  ok: 'OK',
  shutOut: (name: string) => ({
    title: `Another phone has ${name}’s mix`,
    detail: 'Use that phone, or start a new mix on this one.',
  }),
  startAnew: 'New mix',
  outdated: { title: 'This page is out of date', detail: 'Your mix keeps playing. Load the page again.' },
  reload: 'Load again',
  noServer: {
    title: 'No connection yet',
    detail: 'Is this phone on the band’s Wi-Fi, and the computer running?',
  },
  seconds: (count: number) => `${count} s`,
  minutes: (count: number) => `${count} min`,
  back: { title: 'Back. Everything as you left it.', detail: 'Nothing moved while you were away.' },
  backChanged: (count: number) =>
    count === 1 ? 'Back. One channel changed meanwhile.' : `Back. ${count} channels changed meanwhile.`,
  backChangedToo: (parts: readonly string[]) => `Back. Changed meanwhile: ${parts.join(', ')}.`,
  missed: (parts: readonly string[]) => `Changed, unseen by this phone: ${parts.join(', ')}.`,
  broughtBackBy: (who: string) => `${who} brought your mix back`,
  outputTakenBy: (who: string) => ({
    title: `${who} took your output`,
    detail: 'Your mix plays on none now.',
  }),
  outputGivenBy: (who: string, output: string) => `${who} put your mix on ${output}`,
  partChannels: (count: number) => (count === 1 ? 'one channel' : `${count} channels`),
  partMaster: 'master',
  partMuteAll: 'mute all',
  partOutput: 'output',
  /** Why something was refused, with what was asked for and the limit. A code of the protocol without words does not compile. */
  refusals: {
    bad_message: () => ({
      title: 'Not changed: the computer did not understand.',
      detail: 'Load the page again.',
    }),
    too_large: ({ value, limit }) => ({
      title: 'Not changed: too much at once.',
      detail: `${value} bytes, where ${limit} is the most.`,
    }),
    unknown_command: ({ value }) => ({
      title: 'Not changed: the computer cannot do this.',
      detail: `It does not know ${value}.`,
    }),
    invalid: ({ what, value, limit }) => ({
      title:
        value === ''
          ? 'Not changed: the computer did not accept it.'
          : `Not changed: ${what} cannot be ${value}.`,
      detail: limit === '' ? '' : `The limit is ${limit}.`,
    }),
    not_permitted: ({ limit }) =>
      limit === ''
        ? { title: 'You can look, not change.' }
        : {
            title: 'Not changed: no more outputs for these phones.',
            detail: `They have ${limit}, the most for one address.`,
          },
    not_ready: () => ({
      title: 'Not changed: the computer is not ready for this phone.',
      detail: 'Try again.',
    }),
    unknown_client: ({ value }) => ({ title: `Not changed: nobody here is “${value}”.` }),
    unknown_channel: ({ value, limit }) => ({
      title: `Not changed: there is no channel ${value}.`,
      detail: `The sound interface has ${limit} channels.`,
    }),
    unknown_output: ({ value, limit }) => ({
      title: `Not changed: there is no ${value}.`,
      detail: `The sound interface has ${limit} pairs of outputs.`,
    }),
    output_taken: ({ value, holder }) => ({ title: `Not changed: ${value} plays the mix of ${holder}.` }),
    interface_unavailable: ({ value }) => ({
      title: 'Not changed: that interface cannot be used now.',
      detail: value,
    }),
    rate_limited: ({ limit }) => ({
      title: 'This phone asked for too much at once.',
      detail: `At most ${limit} messages a second.`,
    }),
    not_taken: ({ limit }) => ({
      title: 'Not now: this phone has answers to take first.',
      detail: `At most ${limit} questions may wait.`,
    }),
    not_recorded: ({ value }) => ({ title: 'Nothing is recorded.', detail: value }),
    not_saved: ({ value }) => ({ title: 'Not changed: the computer could not save it.', detail: value }),
    internal: () => ({
      title: 'Not changed: something went wrong in the computer.',
      detail: 'The sound goes on.',
    }),
  } satisfies Record<ErrorCode, (said: RefusalSaid) => { title: string; detail?: string }>,
  /** What a refusal was about. */
  fields: { gain: 'a level', master_gain: 'the master', pan: 'a pan', name: 'a name', other: 'this' },

  // Channels.
  channels: 'Channels',
  channel: (number: string) => `Channel ${number}`,
  level: (name: string) => `Level, ${name}`,
  pan: 'Pan',
  panOf: (name: string) => `Pan, ${name}`,
  panCentre: 'Centre',
  panShortCentre: 'C',
  panSpoken: (percent: number) =>
    percent === 0 ? 'centre' : percent < 0 ? `left ${-percent}` : `right ${percent}`,
  panLeft: (name: string) => `${name} to the left`,
  panRight: (name: string) => `${name} to the right`,
  louder: (name: string) => `${name} louder`,
  softer: (name: string) => `${name} softer`,
  mute: (name: string) => `Mute ${name}`,
  solo: (name: string) => `Solo ${name}`,
  muted: 'Muted',
  mutedSpoken: 'muted',
  off: 'off',
  clip: 'CLIP',
  clipSpoken: (name: string) => `CLIP. ${name}: input too hot`,
  notInMyMix: 'not in my mix',
  notInMyMixCount: (count: number) => `Not in my mix (${count})`,
  add: 'Add',
  addChannel: (name: string) => `Add ${name}`,
  slideAway: 'slide away: fine',
  fine: 'Fine ×¼',

  // Which channels.
  mine: 'Mine',
  all: 'All',
  drums: 'Drums',
  voices: 'Voices',
  guitars: 'Guitars',
  keys: 'Keys',
  bass: 'Bass',
  horns: 'Horns',
  strings: 'Strings',
  whichToShow: 'Channels shown',
  allLouder: (group: string) => `${group}, all louder`,
  allSofter: (group: string) => `${group}, all softer`,
  search: 'Search channels',
  endSearch: 'End the search',
  nothingCalled: (typed: string) => `Nothing called "${typed}".`,
  isMine: (name: string) => `${name} is mine`,
  mineSpoken: (name: string) => `${name}, mine`,
  hiddenCount: (count: number) => `Hidden (${count}), still heard`,
  hiddenShort: (count: number) => `${count} hidden`,
  stillHeard: 'still heard',
  show: 'Show',
  showChannel: (name: string) => `Show ${name}`,
  whichAreYou: 'Which channels are you?',
  whichAreYouDetail: 'They come first, and “More me” raises them.',
  whichToHide: 'Channels I don’t need',
  whichToHideDetail: 'Out of sight, and heard as they are.',
  done: 'Done',
  channelsInView: 'Channels in view',
  fromTo: (first: string, last: string) => `${first} to ${last}`,

  // More me.
  moreMe: 'More me',
  moreMeBy: (change: string) => `More me ${change} dB`,
  restBy: (change: string) => `The rest ${change} dB.`,
  restBySame: (change: string) => `The rest ${change} dB, same loudness.`,
  meAtTheTop: 'Your channels are as high as they go.',
  meUnheard: 'Your channels are not heard at the moment.',
  meAndBand: 'Me and the band',
  me: 'Me',
  moreBand: 'More band',
  meAndBandNow: (me: string, band: string) => `Me ${me}, band ${band}`,
  asBefore: 'As before',

  // The whole mix.
  limit: 'LIMIT',
  tooLoud: 'Your mix is very loud',
  master: 'Master',
  muteAll: 'Mute all',
  bringBack: 'Bring back',
  allMuted: { title: 'All muted', detail: 'Tap to bring your mix back' },
  allMutedBy: (who: string) => ({ title: `${who} muted all`, detail: 'Tap to bring your mix back' }),
  soloTitle: 'Solo',
  soloOnly: (names: string) => `${names} only. The rest is silent.`,
  andMore: (names: string, more: number) => `${names} and ${more} more`,
  clear: 'Clear',
  undo: 'Undo',
  wasReset: (name: string, now: string) => `${name} ${now} dB`,
  wasLevel: (before: string) => `was ${before}`,
  empty: 'No channels in your mix yet',
  emptyDetail: 'Start from a balance of everybody, or add only what you need.',
  startWithEverybody: 'Start with everybody at −10 dB',
  everybodyIn: 'Start with everybody',
  chooseChannels: 'Choose channels',

  // Done and undone.
  notMuted: 'not muted',
  soloed: 'solo',
  notSoloed: 'no solo',
  inMyMix: 'in my mix',
  changes: (count: number) => (count === 1 ? 'one change' : `${count} changes`),
  undone: (what: string) => `Undone: ${what}`,
  redo: 'Redo',
  redone: (what: string) => `Redone: ${what}`,
  putBack: 'Put back',
  putMineBack: 'Put mine back',
  wasPutBack: (what: string) => `Put back: ${what}`,
  changedSince: (what: string, who: string | undefined) => ({
    title: who === undefined ? `${what}: changed again since.` : `${what}: ${who} has changed it since.`,
    detail: 'Left as it is.',
  }),
  staysAs: (what: string, count: number, who: string | undefined) =>
    `${what} ${count === 1 ? 'stays' : 'stay'}: ${who === undefined ? 'changed since' : `${who} has changed ${count === 1 ? 'it' : 'them'} since`}.`,
  takenOut: (name: string) => `${name} is out of your mix`,
  added: (name: string, level: string) => `${name} is in your mix at ${level} dB`,
  actions: 'Actions',

  // The sheet of a channel.
  detailsOf: (name: string) => `${name}: more`,
  exactLevel: (name: string) => `Exact level, ${name}, dB`,
  silent: 'Silent',
  erase: 'Erase',
  sign: 'Plus or minus',
  decimalPoint: 'Decimal point',
  set: 'Set',
  levelRange: 'A level lies between −90 and +10 dB, or is −∞.',
  isMineShort: 'Mine',
  takeOutOfMix: 'Take out of my mix',
  inputPeak: 'Input peak',
  lastChanges: 'Last changes, since this page was opened',
  noChanges: 'No changes since this page was opened',
  you: 'You',
  theComputer: 'The computer',

  // What the keys do.
  whatKeysDo: 'What the keys do',
  keysDo: [
    { key: 'Slide', does: 'Moves a level, from where it is. Away from the row: finer.' },
    { key: 'Tap', does: 'Opens a channel below the list, with its pan.' },
    { key: 'Double tap', does: 'Brings a level to 0 dB.' },
    { key: 'Hold the name', does: 'Shows all of a channel: its exact level, what was changed.' },
    { key: 'M', does: 'Mutes a channel in your mix only.' },
    { key: 'S', does: 'You hear only the channels with S. Nobody else notices.' },
    { key: 'More me', does: 'Your channels louder, the rest softer.' },
    { key: 'Mute all', does: 'Silence for you at once; the same key brings all of it back.' },
    { key: 'Undo', does: 'Takes back what you did last, as often as you like.' },
  ],

  // What others do.
  putBackOf: (name: string) => `Put back ${name}`,
  othersChanged: (who: string, count: number) =>
    `${who} changed ${count === 1 ? 'one channel' : `${count} channels`}`,
  also: (first: string, rest: string) => `${first}, and ${rest}`,

  // How this phone likes its page.
  locked: 'Faders locked. Hold to unlock.',
  options: {
    locked: { title: 'Lock the faders', hint: 'Hold 1 s to unlock; Mute all still works' },
    left_handed: { title: 'Left-handed', hint: 'M and S on the left' },
    step_keys: { title: '− and + on every row', hint: 'Taller rows' },
    large_text: { title: 'Larger text', hint: 'Twice as large, fewer rows' },
  } satisfies Record<Option, { title: string; hint: string }>,
};

/** Every language has these keys: texts, or functions that make one. */
export type Words = Readonly<typeof words>;
