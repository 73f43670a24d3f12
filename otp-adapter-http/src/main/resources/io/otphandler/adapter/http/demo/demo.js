'use strict';

/** What the page says. */
const TEXTS = {
  en: {
    demo: 'demo',
    language: 'Language',
    title: 'Does this number belong to this person?',
    intro:
      'Type any number into the form: the message arrives on the phone beside it. Or have a story played. Nothing is really sent.',
    scenarios: 'Stories',
    site: 'Your site',
    phone: 'The phone of whoever owns the number',
    fails: 'Messages do not get through',
    nothing: 'No messages yet.',
    course: 'What the service sees',
    nocourse: 'The session’s timeline appears here as it happens.',
    sandbox: 'Sandbox gateway: messages stay in this process. Tokens of this page live for minutes and are good for it alone.',
    use: 'Type it in',
    confirm: 'Yes, it is me',
    decline: 'No',
    undelivered: 'Not delivered',
    lost: 'Not delivered',
    call: 'Incoming call',
    says: 'A voice says: ',
    endsWith: 'The number that calls ends with ',
    backend: 'Your backend asks',
    toldYes: 'true: this person holds the number',
    toldNo: 'false: it has been told before',
    ask: 'Ask again',
    failed: 'The demo’s service does not answer.',
    stories: {
      happy: {
        name: 'All goes well',
        steps: {type: 'A visitor types their number…', read: '…the message arrives, and they type the code.', end: 'Confirmed. The backend is told so once, and only once.'},
      },
      wrong: {
        name: 'Wrong codes',
        steps: {type: 'Somebody types a number…', guess: '…and guesses at the code: every guess costs a try.', end: 'No tries left: the session is over, and the number unconfirmed.'},
      },
      fallback: {
        name: 'SMS lost → call',
        steps: {type: 'A visitor types their number…', lose: '…the network reports that the SMS was not delivered…', read: '…so the service calls, at once and by itself.', end: 'Confirmed over the second channel.'},
      },
      codeless: {
        name: 'No code at all',
        steps: {type: 'A visitor types their number…', ask: '…and is asked on their phone whether it is them.', end: 'Confirmed without a code.'},
      },
      expiry: {
        name: 'Too late',
        steps: {type: 'A visitor types their number…', wait: '…the code comes, but nobody uses it: it lives for eight seconds here…', end: 'The code is dead. The form offers another one.'},
      },
    },
    events: {
      dispatchRequested: 'A message is to go out',
      accepted: 'The gateway took it',
      rejected: 'The gateway refused it',
      unavailable: 'The gateway was not there',
      unknown: 'Nobody knows whether it was taken',
      receipt: 'The gateway reports',
      codeTypeChanged: 'The kind of confirmation changed',
      channelFailed: 'The channel failed',
      wrongCode: 'A wrong code; tries left',
      confirmed: 'Confirmed',
      completed: 'The backend was told',
      cancelled: 'Cancelled',
      attemptsExpired: 'No tries left: over',
      exhausted: 'No way left: over',
    },
    details: {},
    channels: {sms: 'SMS', voice: 'Call', flashcall: 'Flash call', viber: 'Viber', vk: 'VK', whatsapp: 'WhatsApp', telegramcode: 'Telegram', sim_push: 'SIM push', email: 'E-mail'},
  },
  ru: {
    demo: 'демо',
    language: 'Язык',
    title: 'Этот номер принадлежит этому человеку?',
    intro: 'Введите в форму любой номер: сообщение придёт на телефон рядом. Или запустите сценарий. На самом деле ничего не отправляется.',
    scenarios: 'Сценарии',
    site: 'Ваш сайт',
    phone: 'Телефон владельца номера',
    fails: 'Сообщения не доходят',
    nothing: 'Сообщений пока нет.',
    course: 'Что видит сервис',
    nocourse: 'Здесь появится ход сессии.',
    sandbox: 'Шлюз-песочница: сообщения остаются в этом процессе. Токены этой страницы живут минуты и годятся только для неё.',
    use: 'Ввести',
    confirm: 'Да, это я',
    decline: 'Нет',
    undelivered: 'Не доставлено',
    lost: 'Не доставлено',
    call: 'Входящий звонок',
    says: 'Голос диктует: ',
    endsWith: 'Номер звонящего кончается на ',
    backend: 'Ваш бэкенд спрашивает',
    toldYes: 'true: номер принадлежит этому человеку',
    toldNo: 'false: об этом уже сказано',
    ask: 'Спросить ещё раз',
    failed: 'Сервис демо не отвечает.',
    stories: {
      happy: {
        name: 'Всё хорошо',
        steps: {type: 'Посетитель вводит свой номер…', read: '…приходит сообщение, и он вводит код.', end: 'Подтверждено. Бэкенд узнаёт об этом один раз, и только один.'},
      },
      wrong: {
        name: 'Неверные коды',
        steps: {type: 'Кто-то вводит номер…', guess: '…и угадывает код: каждая догадка стоит попытки.', end: 'Попыток не осталось: сессия окончена, номер не подтверждён.'},
      },
      fallback: {
        name: 'SMS потерялось → звонок',
        steps: {type: 'Посетитель вводит свой номер…', lose: '…сеть сообщает, что SMS не доставлено…', read: '…и сервис сразу, сам, звонит.', end: 'Подтверждено по второму каналу.'},
      },
      codeless: {
        name: 'Совсем без кода',
        steps: {type: 'Посетитель вводит свой номер…', ask: '…и телефон спрашивает, он ли это.', end: 'Подтверждено без кода.'},
      },
      expiry: {
        name: 'Слишком поздно',
        steps: {type: 'Посетитель вводит свой номер…', wait: '…код приходит, но его не вводят: здесь он живёт восемь секунд…', end: 'Код больше не действует. Форма предлагает другой.'},
      },
    },
    events: {
      dispatchRequested: 'Нужно отправить сообщение',
      accepted: 'Шлюз принял его',
      rejected: 'Шлюз отказал',
      unavailable: 'Шлюз недоступен',
      unknown: 'Неизвестно, принято ли оно',
      receipt: 'Шлюз сообщает',
      codeTypeChanged: 'Способ подтверждения изменился',
      channelFailed: 'Канал не сработал',
      wrongCode: 'Неверный код; осталось попыток',
      confirmed: 'Подтверждено',
      completed: 'Бэкенд узнал об этом',
      cancelled: 'Отменено',
      attemptsExpired: 'Попытки кончились: конец',
      exhausted: 'Способов не осталось: конец',
    },
    details: {
      start: 'начало',
      restart: 'ещё раз',
      'next channel asked for': 'попросили другим способом',
      fallback: 'не дождались',
      'channel before failed': 'прежний канал не сработал',
      'lifetime over': 'время вышло',
      delivered: 'доставлено',
      undelivered: 'не доставлено',
      confirmed: 'подтверждено',
      declined: 'отклонено',
      rejected: 'отказано',
      code: 'кодом',
      receipt: 'на устройстве',
    },
    channels: {sms: 'SMS', voice: 'Звонок', flashcall: 'Звонок-сброс', viber: 'Viber', vk: 'VK', whatsapp: 'WhatsApp', telegramcode: 'Telegram', sim_push: 'SIM-push', email: 'Почта'},
  },
};

const MAIN = '00000000-0000-4000-8000-000000000001';
const CODELESS = '00000000-0000-4000-8000-000000000002';
const EXPIRY = '00000000-0000-4000-8000-000000000003';
const ICONS = {sms: '💬', voice: '📞', flashcall: '📞', viber: '🟣', vk: '🔵', whatsapp: '🟢', telegramcode: '✈️', sim_push: '📲', email: '✉️'};
const GOOD = ['confirmed', 'completed'];
const BAD = ['rejected', 'unavailable', 'channelFailed', 'wrongCode', 'attemptsExpired', 'exhausted', 'cancelled'];

/** How often the session is looked at while it goes on, in milliseconds. */
const LOOK = 400;

/** What the stories' pauses are multiplied by: `?pace=2` leaves twice the time to talk. */
const PACE = Number(new URLSearchParams(location.search).get('pace')) || 1;

const byId = (id) => document.getElementById(id);
const form = byId('form');

let language = new URLSearchParams(location.search).get('lang') || localStorage.getItem('otp-demo-language') || navigator.language.slice(0, 2);
if (!TEXTS[language]) language = 'en';
let texts = TEXTS[language];

let session; // {requestId, recipient}: the one that is shown
let shown = {session: null, messages: []}; // what is known of it
let looking;
let told = []; // what the backend was told of it
let story; // the one that is played: {name, step}
const lost = new Set(); // messages that were reported as not delivered

function element(tag, properties = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

// ---- the service, as this page uses it

async function call(method, path, json) {
  const response = await fetch(path, {
    method,
    headers: json ? {'Content-Type': 'application/json'} : {},
    body: json && JSON.stringify(json),
    cache: 'no-store',
  });
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status}`);
  return response.status === 200 || (response.status === 201 && method === 'POST') ? response.json() : null;
}

function receipt(dispatchId, status) {
  if (status === 'undelivered') lost.add(dispatchId);
  return call('POST', `/demo/messages/${encodeURIComponent(dispatchId)}/receipt`, {status}).then(look, () => {});
}

/** Whether messages to this number get through from now on, over any channel. */
function setFails(fails) {
  if (!session) return Promise.resolve();
  const outcome = fails ? 'reject' : 'accept';
  return Promise.all(
    Object.keys(texts.channels)
      .filter((channel) => (channel === 'email') === session.recipient.includes('@'))
      .map((channel) => call('PUT', '/demo/behaviours', {recipient: session.recipient, channel, outcome})),
  ).catch(() => {});
}

async function complete() {
  const asked = session;
  const query = encodeURIComponent(asked.recipient);
  const answer = await call('POST', `/demo/sessions/${asked.requestId}/complete?recipient=${query}`).catch(() => null);
  if (!answer || asked !== session) return;
  told.push(answer.success);
  drawBackend();
  look();
}

async function look() {
  clearTimeout(looking);
  const asked = session;
  if (!asked) return;
  try {
    const found = await call('GET', `/demo/sessions/${asked.requestId}`);
    if (asked !== session) return;
    if (JSON.stringify(found) !== JSON.stringify(shown)) {
      shown = found;
      drawMessages();
      drawTimeline();
    }
  } catch {
    // gone, or the service is away: looked for again below
  }
  const isOver = ['completed', 'cancelled', 'attemptsExpired', 'exhausted', 'expired'].includes(shown.session?.status);
  clearTimeout(looking);
  looking = setTimeout(look, isOver || document.hidden ? 5 * LOOK : LOOK);
}

// ---- what is drawn

function drawTexts() {
  document.documentElement.lang = language;
  for (const each of document.querySelectorAll('[data-text]')) each.textContent = texts[each.dataset.text];
  for (const each of document.querySelectorAll('[data-label]')) each.setAttribute('aria-label', texts[each.dataset.label]);
  for (const each of document.querySelectorAll('[data-language]')) each.setAttribute('aria-pressed', String(each.dataset.language === language));
  byId('scenarios').replaceChildren(
    ...Object.entries(texts.stories).map(([name, {name: label}]) => {
      const button = element('button', {type: 'button', textContent: label, onclick: () => (story?.name === name ? stopStory() : play(name))});
      button.dataset.story = name;
      return button;
    }),
  );
  form.setAttribute('locale', language);
  drawStory();
  drawBackend();
  drawMessages(true);
  drawTimeline(true);
}

function drawStory() {
  for (const button of byId('scenarios').children) button.setAttribute('aria-pressed', String(!!story && !story.isOver && story.name === button.dataset.story));
  byId('story').textContent = story?.step ? texts.stories[story.name].steps[story.step] : '';
}

function drawBackend() {
  const line = byId('backend');
  if (told.length === 0) {
    line.replaceChildren();
    return;
  }
  const success = told.at(-1);
  line.replaceChildren(
    element('span', {textContent: texts.backend}),
    element('code', {textContent: 'checkStatusAndComplete'}),
    element('span', {className: success ? 'yes' : 'no', textContent: success ? texts.toldYes : texts.toldNo}),
    element('button', {type: 'button', textContent: texts.ask, onclick: complete}),
  );
}

function drawMessages(all = false) {
  const list = byId('messages');
  byId('number').textContent = session?.recipient ?? '';
  if (all) list.replaceChildren();
  const newest = shown.messages[0]?.dispatchId;
  for (const message of [...shown.messages].reverse()) {
    let item = [...list.children].find(({dataset}) => dataset.dispatch === message.dispatchId);
    if (!item) {
      item = drawMessage(message);
      list.prepend(item);
      byId('screen').scrollTop = 0;
    }
    item.classList.toggle('old', message.dispatchId !== newest);
    drawActs(item, message, message.dispatchId === newest);
  }
  for (const item of [...list.children]) if (!shown.messages.some(({dispatchId}) => dispatchId === item.dataset.dispatch)) item.remove();
}

function drawMessage({dispatchId, channel, code, text, at}) {
  const icon = element('i', {textContent: ICONS[channel]});
  icon.setAttribute('aria-hidden', 'true');
  const time = element('time', {textContent: new Date(at).toLocaleTimeString(language)});
  time.dateTime = at;
  const isCall = channel === 'voice' || channel === 'flashcall';
  const name = element('b', {textContent: isCall ? texts.call : texts.channels[channel]});
  const words = element('p');
  if (isCall) words.append(channel === 'voice' ? texts.says : texts.endsWith, element('b', {textContent: code}));
  else if (code && text?.includes(code)) {
    const [before, ...after] = text.split(code);
    words.append(before, element('b', {textContent: code}), after.join(code));
  } else words.append(text ?? '', code && !text ? element('b', {textContent: code}) : '');
  const item = element('li', {className: 'message'}, element('div', {className: 'from'}, icon, name, time), words, element('div', {className: 'acts'}));
  item.dataset.dispatch = dispatchId;
  return item;
}

function drawActs(item, {dispatchId, code}, isNewest) {
  const status = shown.session?.status;
  const isAlive = isNewest && status === 'sent';
  const wanted = lost.has(dispatchId) ? 'lost' : !isAlive ? '' : code ? 'code' : 'push';
  const acts = item.querySelector('.acts');
  if (acts.dataset.drawn === wanted + language) return;
  acts.dataset.drawn = wanted + language;
  const button = (name, className, act) => {
    const made = element('button', {type: 'button', className, textContent: texts[name], onclick: act});
    made.dataset.act = name;
    return made;
  };
  const undelivered = () => button('undelivered', 'plain', () => byHand(() => receipt(dispatchId, 'undelivered')));
  const drawn = {
    lost: () => [element('span', {textContent: texts.lost})],
    code: () => [button('use', 'main', () => byHand(() => typeCode(code))), undelivered()],
    push: () => [
      button('confirm', 'main', () => byHand(() => receipt(dispatchId, 'confirmed'))),
      button('decline', '', () => byHand(() => receipt(dispatchId, 'declined'))),
      undelivered(),
    ],
  };
  acts.replaceChildren(...(drawn[wanted]?.() ?? []));
}

function drawTimeline(all = false) {
  const list = byId('timeline');
  const events = shown.session?.timeline ?? [];
  if (all || events.length < list.children.length) list.replaceChildren();
  for (const {at, event, channel, detail} of events.slice(list.children.length)) {
    const seconds = (Date.parse(at) - Date.parse(shown.session.createdAt)) / 1000;
    const time = element('time', {textContent: `+${seconds.toLocaleString(language, {minimumFractionDigits: 1, maximumFractionDigits: 1})}`});
    time.dateTime = at;
    const more = [channel && event !== 'completed' && texts.channels[channel], texts.details[detail] ?? detail].filter(Boolean).join(' · ');
    const item = element('li', {}, time, element('i'), element('div', {}, texts.events[event] ?? event, ' ', element('span', {textContent: more})));
    if (GOOD.includes(event)) item.className = 'good';
    if (BAD.includes(event) || (event === 'receipt' && /^(undelivered|expired|declined)/.test(detail))) item.className = 'bad';
    list.append(item);
  }
}

// ---- the form, as a person uses it

function field() {
  return form.shadowRoot.querySelector('input');
}

function view() {
  return form.getAttribute('data-view');
}

function enter(input, value) {
  input.value = value;
  input.setSelectionRange(value.length, value.length);
  input.dispatchEvent(new Event('input', {bubbles: true}));
}

async function type(text, alive = () => true) {
  for (const letter of text) {
    const input = field();
    if (!alive() || !input) return;
    enter(input, input.value + letter);
    await sleep(60 * PACE);
  }
}

function typeCode(code, alive) {
  if (view() !== 'code') return Promise.resolve();
  enter(field(), '');
  return type(code, alive);
}

function sleep(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

// ---- stories

/** Whoever does something by hand has taken over. */
function byHand(act) {
  stopStory();
  act();
}

function stopStory() {
  if (story) story.isOver = true;
  story = undefined;
  drawStory();
}

const SCRIPTS = {
  async happy(tell, until) {
    const message = await begin(tell, until);
    await tell('read');
    await typeCode(message.code, until.alive);
    await until(() => view() === 'confirmed');
  },
  async wrong(tell, until) {
    const message = await begin(tell, until);
    await tell('guess');
    for (let guess = 1; view() === 'code' && guess < 10; guess++) {
      const tries = shown.session.timeline.length;
      await typeCode(otherThan(message.code, guess), until.alive);
      await until(() => view() !== 'code' || (shown.session.timeline.length > tries && field()?.value === ''));
      await until.pause(900);
    }
    await until(() => view() === 'ended');
  },
  async fallback(tell, until) {
    const message = await begin(tell, until);
    await until.pause(700);
    await tell('lose');
    await press(message, 'undelivered', until);
    await receipt(message.dispatchId, 'undelivered');
    await until(() => shown.messages[0]?.channel === 'voice' && view() === 'code');
    await tell('read');
    await typeCode(shown.messages[0].code, until.alive);
    await until(() => view() === 'confirmed');
  },
  async codeless(tell, until) {
    const message = await begin(tell, until, CODELESS);
    await tell('ask');
    await press(message, 'confirm', until);
    await receipt(message.dispatchId, 'confirmed');
    await until(() => view() === 'confirmed');
  },
  async expiry(tell, until) {
    await begin(tell, until, EXPIRY);
    await tell('wait');
    await until(() => view() === 'failed');
  },
};

/** Up to the moment when the message is there and the form has seen that. */
async function begin(tell, until, widget = MAIN) {
  useWidget(widget);
  await until(() => view() === 'phone');
  await tell('type');
  // of the numbers that nobody has: +44 7700 900000 to 900999 are for stories (Ofcom)
  enter(field(), '');
  await type(`+447700900${String(Math.floor(Math.random() * 1000)).padStart(3, '0')}`, until.alive);
  await until.pause(400);
  form.shadowRoot.querySelector('form').requestSubmit();
  await until(() => shown.messages.length > 0 && ['code', 'codeless'].includes(view()));
  await until.pause(700);
  return shown.messages[0];
}

async function press({dispatchId}, act, until) {
  const find = () => document.querySelector(`[data-dispatch="${dispatchId}"] [data-act="${act}"]`);
  await until(find);
  await until.pause(900);
  find()?.classList.add('pressed');
  await until.pause(250);
}

function otherThan(code, guess) {
  return code.replace(/\d/g, (digit) => String((Number(digit) + guess) % 10));
}

/** Steps whose action is on the recipient's phone. */
const ON_PHONE = ['lose', 'ask'];

/** Where not everything fits the screen, what happens is brought there. */
function lookAt(place) {
  if (!matchMedia('(max-width: 56rem)').matches) return;
  const behavior = matchMedia('(prefers-reduced-motion: reduce)').matches ? 'auto' : 'smooth';
  place.scrollIntoView({behavior, block: 'center'});
}

async function play(name) {
  stopStory();
  const played = {name, step: '', isOver: false};
  story = played;
  const alive = () => !played.isOver;
  const check = () => {
    if (!alive()) throw new Error('taken over');
  };
  const until = async (condition) => {
    for (;;) {
      check();
      const found = condition();
      if (found) return found;
      await sleep(50);
    }
  };
  until.alive = alive;
  until.pause = async (milliseconds) => {
    await sleep(milliseconds * PACE);
    check();
  };
  const tell = async (step) => {
    check();
    played.step = step;
    drawStory();
    lookAt(ON_PHONE.includes(step) ? document.querySelector('.phone') : form);
    await until.pause(900);
  };
  drawStory();
  try {
    await SCRIPTS[name](tell, until);
    await tell('end');
  } catch (error) {
    if (alive()) throw error;
  } finally {
    played.isOver = true;
    drawStory();
  }
}

function useWidget(widget) {
  forget();
  if (form.getAttribute('widget-id') === widget) {
    form.reset();
    return;
  }
  sessionStorage.removeItem(`otp-widget:${widget}`);
  form.setAttribute('token-url', `/demo/token?widget=${widget}`);
  form.setAttribute('widget-id', widget);
}

// ---- what happens

function forget() {
  session = undefined;
  shown = {session: null, messages: []};
  told = [];
  lost.clear();
  clearTimeout(looking);
  byId('fails').checked = false;
  drawBackend();
  drawMessages();
  drawTimeline();
}

form.addEventListener('otp:started', ({detail}) => {
  forget();
  session = detail;
  look();
});
form.addEventListener('otp:channel', ({detail: {requestId}}) => {
  // after a reload the form goes on with a session that this page has not seen begin
  if (!session) {
    const kept = JSON.parse(sessionStorage.getItem(`otp-widget:${form.getAttribute('widget-id')}`) ?? '{}');
    if (kept.requestId === requestId) session = {requestId, recipient: kept.recipient};
  }
  look();
});
form.addEventListener('otp:confirmed', complete);
for (const event of ['pointerdown', 'keydown']) {
  form.addEventListener(event, ({isTrusted}) => {
    if (isTrusted && story && !story.isOver) stopStory();
  });
}
byId('fails').addEventListener('change', ({target}) => byHand(() => setFails(target.checked)));
for (const button of document.querySelectorAll('[data-language]')) {
  button.addEventListener('click', () => {
    language = button.dataset.language;
    localStorage.setItem('otp-demo-language', language);
    texts = TEXTS[language];
    drawTexts();
  });
}

function tick() {
  byId('clock').textContent = new Date().toLocaleTimeString(language, {hour: '2-digit', minute: '2-digit'});
}

tick();
setInterval(tick, 5000);
drawTexts();
