const SCRIPT = document.currentScript || document.querySelector('script[src*="/widget.js"]');
const HERE = new URL(SCRIPT?.src || '/widget.js', document.baseURI);
const API = new URL('/api/n/otp-handler/', HERE).href;

/** How often a channel that stands in error is looked at, as it cannot be waited for: another tab may restart it. */
const FAILED_PAUSE = 3000;

/** Refusals after which only a new session helps. */
const ENDED = new Set([
  'AttemptsExpiredException',
  'NoAvailableChannelsException',
  'SessionClosedException',
  'SessionNotFoundException',
  'PhoneNumberMismatchException',
]);

/** Drawings of 24 by 24, as paths. */
const SIGNS = {
  good: 'M5 13l4.5 4.5L19 7',
  bad: 'M12 5v8.5M12 18v.5',
  sms: 'M4 5h16v11H9l-5 4z M8 9.5h8M8 12.5h5',
  voice: 'M6 4h3l1.5 4.5-2 1.5a11 11 0 0 0 5.5 5.5l1.5-2L20 15v3a2 2 0 0 1-2 2A14 14 0 0 1 4 6a2 2 0 0 1 2-2z',
  email: 'M3 6h18v12H3z M3.5 6.5L12 13l8.5-6.5',
  sim_push: 'M8 3h8a1.5 1.5 0 0 1 1.5 1.5v15A1.5 1.5 0 0 1 16 21H8a1.5 1.5 0 0 1-1.5-1.5v-15A1.5 1.5 0 0 1 8 3z M9.5 12.5l2 2 3.5-4',
};
SIGNS.flashcall = SIGNS.voice;

let sheet;

/** An element with its properties set; names with a hyphen, and those of an element's own, are attributes. */
function h(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name === 'class' || name === 'part' || name === 'role' || name === 'for' || name.includes('-')) element.setAttribute(name, value);
    else element[name] = value;
  }
  element.append(...children.filter((child) => child != null));
  return element;
}

function sign(name, kind = '') {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  const path = document.createElementNS('http://www.w3.org/2000/svg', 'path');
  path.setAttribute('d', SIGNS[name] || SIGNS.sms);
  svg.append(path);
  return h('div', {class: `sign ${kind}`, 'aria-hidden': 'true'}, svg);
}

/** A key that makes a call happen once, however often it is made. Not only in secure contexts. */
function randomKey() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Only what a link of a channel can reasonably be: never a script. */
function safeLink(link) {
  return typeof link === 'string' && /^(https?:|tel:|[a-z][a-z0-9+.-]*:\/\/)/i.test(link) && !/^(javascript|data|vbscript):/i.test(link);
}

/**
 * The form: `<otp-widget widget-id token-url locale autofocus theme>`.
 *
 * Says what happens in events that bubble: `otp:started`, `otp:channel`, `otp:confirmed`, `otp:error`, and the vendor's
 * `code:check`. A confirmation counts once the site's backend has asked for it (checkStatusAndComplete).
 */
class OtpWidget extends HTMLElement {
  static formAssociated = true;
  static observedAttributes = ['widget-id', 'token-url', 'locale', 'api', 'recipient'];

  /** Adds a language, or changes what one says: the texts have the keys of the English ones. */
  static addLocale(locale, texts) {
    TEXTS[locale] = merged(TEXTS.en, texts);
  }

  #root = this.attachShadow({mode: 'open', delegatesFocus: true});
  #internals = this.attachInternals?.();
  #card = h('section', {class: 'card', part: 'card'});
  #said = h('p', {class: 'silent', role: 'status', 'aria-live': 'polite'});
  #client;
  #texts = TEXTS.en;
  #language = 'en';
  #started; // aborts all that goes on for this form
  #watching; // aborts what waits for the session
  #ticking;

  // what has been typed
  #country = COUNTRIES.get('RU');
  #typed = '';
  #code = '';
  #sendKey;

  // what is known
  #session; // {requestId, recipient}
  #channel;
  #clock = 0; // how many milliseconds the service's clock is ahead of ours
  #sentAt; // of the message that the clocks were compared by
  #cooldownEnds = 0;
  #error; // {type, …}
  #errorText; // the key of what is said of it, where that is not its type
  #isLast = false; // nothing more can be sent than what is out
  #trouble = false;
  #busy = false;
  #isConfirmed = false;

  #view; // {name, update, focus}

  constructor() {
    super();
    if (this.#root.adoptedStyleSheets) {
      if (!sheet) {
        sheet = new CSSStyleSheet();
        sheet.replaceSync(CSS);
      }
      this.#root.adoptedStyleSheets = [sheet];
    } else {
      this.#root.append(h('style', {textContent: CSS}));
    }
    this.#root.append(this.#card, this.#said);
  }

  /** The running session's id; null: there is none. */
  get requestId() {
    return this.#session?.requestId ?? null;
  }

  connectedCallback() {
    this.#start();
  }

  disconnectedCallback() {
    this.#stop();
  }

  attributeChangedCallback(name, before, after) {
    if (this.isConnected && this.#started && before !== after) {
      this.#stop();
      this.#start();
    }
  }

  /** Forgets the session, without cancelling it, and asks for a number again. */
  reset() {
    this.#forget();
    this.#show('phone');
  }

  // ---- beginning and end

  async #start() {
    const started = new AbortController();
    this.#started = started;
    await this.#loadTexts();
    if (started.signal.aborted) return;
    this.#client = new OtpClient({
      api: this.getAttribute('api') || API,
      token: () => this.#fetchToken(),
      language: this.#language === 'ru' ? 'ru' : 'en',
    });
    this.#country = COUNTRIES.get(this.#homeRegion()) || COUNTRIES.get('US');
    document.addEventListener('visibilitychange', () => this.#seen(), {signal: started.signal});
    const kept = this.#kept();
    this.#typed = kept.typed || '';
    this.#country = COUNTRIES.get(kept.country) || this.#country;
    this.#clock = kept.clock || 0;
    if (kept.requestId) {
      this.#session = {requestId: kept.requestId, recipient: kept.recipient};
      this.#show('wait');
      this.#watch(true, {isQuiet: true});
    } else {
      this.#show('phone');
      this.#askWidget(started.signal);
    }
    if (this.hasAttribute('autofocus')) this.#view.focus();
  }

  #stop() {
    this.#started?.abort();
    this.#watching?.abort();
    clearInterval(this.#ticking);
    this.#started = undefined;
    this.#forget(true);
  }

  #forget(keepStored = false) {
    this.#watching?.abort();
    if (!keepStored) this.#store(null);
    this.#session = undefined;
    this.#channel = undefined;
    this.#error = undefined;
    this.#sendKey = undefined;
    this.#code = '';
    this.#trouble = false;
    this.#busy = false;
    this.#isConfirmed = false;
    this.#isLast = false;
    this.#cooldownEnds = 0;
    this.#internals?.setFormValue?.(null);
  }

  async #loadTexts() {
    const asked = this.getAttribute('locale');
    const tags = asked ? [asked] : [document.documentElement.lang, ...navigator.languages];
    const names = tags.filter(Boolean).map((tag) => tag.toLowerCase());
    const known = names.flatMap((tag) => [tag, tag.split('-')[0]]).find((tag) => TEXTS[tag]);
    this.#language = known || 'en';
    if (asked && !known) await this.#fetchTexts(asked.toLowerCase());
    this.#texts = TEXTS[this.#language];
    this.#card.lang = this.#language;
  }

  /** A language of a file: its own, or else that of the tag without its region. English is better than nothing. */
  async #fetchTexts(tag) {
    if (!/^[a-z]{2,3}(-[a-z0-9]{2,8})*$/.test(tag)) return;
    for (const name of new Set([tag, tag.split('-')[0]])) {
      try {
        const response = await fetch(new URL(`widget/${name}.json`, HERE));
        if (response.ok) {
          OtpWidget.addLocale(name, await response.json());
          this.#language = name;
          return;
        }
      } catch {
        return;
      }
    }
  }

  async #fetchToken() {
    const url = this.getAttribute('token-url');
    if (!url) throw new OtpError('TokenUnavailable', {message: 'otp-widget: expected the attribute token-url'});
    const waiting = patient(PATIENCE, this.#started?.signal);
    let response;
    let text;
    try {
      response = await fetch(new URL(url, document.baseURI), {
        cache: 'no-store',
        headers: {Accept: 'application/json'},
        signal: waiting.signal,
      });
      text = (await response.text()).trim();
    } finally {
      waiting.end();
    }
    let token = text;
    if (text.startsWith('{')) token = JSON.parse(text).token;
    if (!response.ok || typeof token !== 'string' || !/^[\w-]+\.[\w-]+\.[\w-]+$/.test(token)) {
      throw new OtpError('TokenUnavailable', {message: `otp-widget: expected {"token": "…"} from ${url}`, status: response.status});
    }
    return token;
  }

  #homeRegion() {
    const given = this.getAttribute('country');
    if (given) return given.toUpperCase();
    const tags = [this.getAttribute('locale'), navigator.language].filter(Boolean);
    for (const tag of tags) {
      try {
        const region = tag.includes('-') || tag === tags.at(-1) || this.#language === 'ru' ? new Intl.Locale(tag).maximize().region : undefined;
        if (COUNTRIES.has(region)) return region;
      } catch {
        // not a language tag
      }
    }
    return 'US';
  }

  /** Whether the form can be used at all is said before somebody types for nothing. */
  async #askWidget(signal) {
    try {
      const widget = await this.#client.getWidget(this.getAttribute('widget-id') || '', signal);
      if (this.#view.name === 'phone' && (widget.isBlocked || !widget.isActive)) {
        this.#fail(new OtpError('WidgetIsBlockedException', {status: 403}));
      }
    } catch (error) {
      if (signal.aborted || !(error instanceof OtpError) || this.#view.name !== 'phone') return;
      // what passes by itself is said when it is in the way
      if (!error.isPassing || error.type === 'TokenUnavailable') this.#fail(error);
    }
  }

  #seen() {
    if (!this.#session || this.#isConfirmed || this.#view.name === 'ended') return;
    // a browser gives a site few connections, and all of its tabs share them
    if (document.hidden) this.#watch(true, {statusOnly: true});
    else this.#watch(true);
  }

  // ---- what is kept through a reload, in this tab alone

  get #storageKey() {
    return `otp-widget:${this.getAttribute('widget-id')}`;
  }

  #kept() {
    try {
      return JSON.parse(sessionStorage.getItem(this.#storageKey)) || {};
    } catch {
      return {};
    }
  }

  #store(session) {
    try {
      const kept = {typed: this.#typed, country: this.#country.region, clock: this.#clock, ...session};
      sessionStorage.setItem(this.#storageKey, JSON.stringify(kept));
    } catch {
      // storage is full or forbidden: a reload starts anew
    }
  }

  // ---- the session

  async #send(recipient) {
    this.#busy = true;
    this.#error = undefined;
    this.#view.update();
    // the same attempt when it is made again after an answer was lost
    if (this.#sendKey?.recipient !== recipient) this.#sendKey = {recipient, key: randomKey()};
    const signal = this.#started.signal;
    try {
      const options = {locale: this.#language, key: this.#sendKey.key, signal};
      const {requestId} = await this.#client.send(this.getAttribute('widget-id') || '', recipient, options);
      this.#sendKey = undefined;
      this.#session = {requestId, recipient};
      this.#store(this.#session);
      this.#busy = false;
      this.#tell('otp:started', {requestId, recipient});
      this.#show('wait');
      this.#watch(false);
    } catch (error) {
      if (signal.aborted) return;
      this.#busy = false;
      this.#fail(error, error.type === 'NoAvailableChannelsException' ? 'NoChannel' : undefined);
    }
  }

  /**
   * Follows the session until it is over, one way or another.
   *
   * @param isQuiet what is found over at once is not worth a word
   */
  #watch(isResumed, {statusOnly = false, isQuiet = false} = {}) {
    this.#watching?.abort();
    const watching = new AbortController();
    this.#watching = watching;
    const {signal} = watching;
    const status = this.#watchStatus(signal);
    if (!statusOnly) this.#watchChannel(signal, status, isResumed, isQuiet);
  }

  async #watchChannel(signal, status, isResumed, isQuiet) {
    const {requestId} = this.#session;
    let etag = NO_TAG;
    let isFirst = true;
    let hasFailed = false;
    while (!signal.aborted) {
      try {
        const channel = await this.#client.awaitChannel(requestId, {etag, signal, onTrouble: (error) => this.#troubled(error)});
        if (hasFailed) {
          this.#watch(true); // restarted in another tab: what waited for the status has ended as well
          return;
        }
        etag = channel.etag;
        this.#channelIs(channel, isFirst && isResumed);
        isFirst = false;
        if (channel.status === 'confirmed') return;
      } catch (error) {
        if (signal.aborted) return;
        if (error.type === 'ResendChannelException') {
          hasFailed = true;
          this.#channelFailed();
          await pause(FAILED_PAUSE, signal).catch(() => {});
        } else {
          // who was confirmed and completed at once is told so by the other poll
          await Promise.race([status, pause(2000, signal).catch(() => {})]);
          if (!signal.aborted && !this.#isConfirmed) this.#end(error, isFirst && isQuiet);
          return;
        }
      }
    }
  }

  async #watchStatus(signal) {
    const {requestId, recipient} = this.#session;
    try {
      const {success} = await this.#client.awaitStatus(requestId, recipient, {signal});
      if (success && !signal.aborted) this.#confirm();
    } catch {
      // the channel's poll is answered in the same way, and says so
    }
  }

  #channelIs(channel, isResumed) {
    const before = this.#channel;
    this.#channel = channel;
    if (before?.type !== channel.type) this.#isLast = false;
    this.#isSent(channel, isResumed);
    if (channel.status === 'confirmed') {
      this.#confirm();
      return;
    }
    const name = this.#viewOf(channel);
    if (JSON.stringify(before) !== JSON.stringify(channel)) this.#tell('otp:channel', {requestId: this.requestId, channel});
    const isSame = this.#view.name === name && before?.type === channel.type && before?.codeType === channel.codeType;
    if (isSame && before.settings.code.length === channel.settings.code.length) {
      if (before.status !== channel.status) this.#say(this.#title());
      this.#view.update();
    } else {
      this.#show(name);
    }
  }

  /** Where a code has been typed in part, its field stays while the next channel is started: the code may still be good. */
  #viewOf({status, codeType}) {
    if (codeType === 'codeless') return status === 'wait' ? 'wait' : 'codeless';
    return status === 'wait' && !(this.#view.name === 'code' && this.#code) ? 'wait' : 'code';
  }

  /** Countdowns are the service's; our clock may be wrong, and then what has just been sent was sent just now. */
  #isSent({payload, status}, isResumed) {
    if (!isResumed && status === 'sent' && payload.sentAt && payload.sentAt !== this.#sentAt) {
      const ahead = Date.parse(payload.sentAt) - Date.now();
      this.#clock = Math.abs(ahead) > 2000 ? ahead : 0;
      this.#store(this.#session);
    }
    this.#sentAt = payload.sentAt;
    const available = Date.parse(payload.restartAvailableAt ?? '');
    this.#cooldownEnds = Number.isNaN(available) ? 0 : available - this.#clock;
  }

  #channelFailed() {
    if (this.#view.name === 'failed') return;
    this.#code = '';
    this.#error = undefined;
    this.#show('failed');
  }

  async #check() {
    const length = this.#channel.settings.code.length;
    if (this.#busy) return;
    if (this.#code.length !== length) {
      this.#fail(new OtpError('ValidateError'), 'incomplete');
      return;
    }
    this.#busy = true;
    this.#error = undefined;
    this.#view.update();
    const {signal} = this.#started;
    const {requestId} = this.#session;
    try {
      await this.#client.checkCode(requestId, this.#code, signal);
      this.#busy = false;
      this.#confirm();
    } catch (error) {
      if (signal.aborted || this.requestId !== requestId || this.#isConfirmed) return;
      this.#busy = false;
      if (error.type === 'InvalidCodeException') {
        this.#code = '';
        const left = error.payload.remainingCodeAttempts;
        if (left !== undefined) this.#channel.remainingCodeAttempts = left;
      }
      // it may be the code itself that has closed it, and the answer to that was lost
      if (error.type === 'SessionClosedException') this.#watch(false);
      else this.#sessionRefused(error);
    }
  }

  async #resend() {
    if (this.#busy || this.#cooldown() > 0) return;
    this.#busy = true;
    this.#error = undefined;
    this.#view.update();
    const {signal} = this.#started;
    const {requestId} = this.#session;
    try {
      await this.#client.resend(requestId, signal);
      if (this.requestId !== requestId) return;
      this.#busy = false;
      this.#code = '';
      this.#show('wait');
      this.#watch(false);
    } catch (error) {
      if (signal.aborted || this.requestId !== requestId) return;
      this.#busy = false;
      if (error.type === 'RestartCooldownActiveException') this.#cooldownEnds = Date.now() + 1000 * (error.retryAfter || 1);
      if (error.type === 'NoAvailableChannelsException' && this.#view.name !== 'failed') {
        // what is out is as good as before; if it is not, the channel's poll says so
        this.#isLast = true;
        this.#fail(error, 'NothingLeft');
      } else {
        this.#sessionRefused(error);
      }
    }
  }

  #sessionRefused(error) {
    if (ENDED.has(error.type)) {
      this.#end(error);
    } else if (error.type === 'SessionAlreadyConfirmedException' || error.type === 'IsCodelessChannelException') {
      this.#watch(true); // somewhere else more is known: what it is comes with the next answer
    } else if (error.type === 'ResendChannelException' && this.#view.name !== 'failed') {
      this.#channelFailed();
    } else {
      this.#fail(error);
    }
  }

  #confirm() {
    if (this.#isConfirmed) return;
    this.#isConfirmed = true;
    this.#watching?.abort();
    const {requestId, recipient} = this.#session;
    this.#internals?.setFormValue?.(requestId);
    this.#show('confirmed');
    this.#tell('otp:confirmed', {requestId, recipient});
    this.#tell('code:check', [{requestId, recipient, status: 'confirmed'}]);
  }

  #end(error, isQuiet = false) {
    this.#watching?.abort();
    this.#store(null);
    if (isQuiet && !['AttemptsExpiredException', 'NoAvailableChannelsException'].includes(error.type)) {
      this.reset();
      return;
    }
    this.#error = error;
    this.#errorText = undefined;
    this.#show('ended');
    this.#tellError(error);
  }

  /** @param text the key of what is said of it, if not its type */
  #fail(error, text) {
    this.#error = error;
    this.#errorText = text;
    this.#tellError(error);
    const broken = ['WidgetIsBlockedException', 'WidgetNotFoundException', 'ForbiddenException', 'UnauthorizedException', 'TokenUnavailable'];
    if (broken.includes(error.type) && (this.#view.name === 'phone' || this.#view.name === 'broken')) this.#show('broken');
    else this.#view.update(true);
    if (this.#view.name === 'code' || this.#isLast) this.#view.focus();
  }

  #troubled(error) {
    if (this.#trouble === Boolean(error)) return;
    this.#trouble = Boolean(error);
    this.#view.update();
  }

  #tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, {detail, bubbles: true, composed: true}));
  }

  #tellError(error) {
    if (error instanceof OtpError) this.#tell('otp:error', {type: error.type, message: error.message, status: error.status});
    else throw error;
  }

  // ---- words

  #message() {
    const error = this.#error;
    if (!error) return '';
    const texts = this.#texts.error;
    let type = this.#errorText ?? (texts[error.type] ? error.type : 'other');
    if (this.#isEmail && texts[`${type}Email`]) type = `${type}Email`;
    const time = duration(error.retryAfter ?? Math.max(1, this.#cooldown()), this.#texts);
    return fill(texts[type], {time, length: this.#channel?.settings.code.length});
  }

  #of(kind) {
    const {type, codeType} = this.#channel;
    const texts = this.#texts[kind];
    return (codeType === 'codeless' && type !== 'sim_push' && texts.codeless) || texts[type] || texts.other;
  }

  #title() {
    const {status, label, type} = this.#channel;
    if (status === 'wait') return fill(this.#of('wait'), {label: this.#label(type, label)});
    return fill(this.#of('sent'), {label: this.#label(type, label)});
  }

  #label(type, label) {
    return {viber: 'Viber', vk: 'VK', whatsapp: 'WhatsApp', telegramcode: 'Telegram'}[type] || label;
  }

  #say(text) {
    this.#said.textContent = text;
  }

  #cooldown() {
    return Math.ceil((this.#cooldownEnds - Date.now()) / 1000);
  }

  get #isEmail() {
    return this.getAttribute('recipient') === 'email';
  }

  // ---- views

  #show(name) {
    const hadFocus = this.#root.activeElement !== null;
    clearInterval(this.#ticking);
    this.#receiving?.abort();
    const view = this.#views[name].call(this);
    this.#view = {name, ...view};
    this.#card.replaceChildren(view.root);
    this.setAttribute('data-view', name);
    this.#view.update();
    if (hadFocus) this.#view.focus();
    if (view.says) this.#say(view.says());
    if (view.ticks) this.#ticking = setInterval(() => this.#view.update(), 500);
    if (name === 'code') this.#receive();
  }

  #views = {
    phone: this.#phoneView,
    wait: this.#waitView,
    code: this.#codeView,
    codeless: this.#codelessView,
    failed: this.#failedView,
    confirmed: this.#confirmedView,
    ended: this.#endedView,
    broken: this.#brokenView,
  };

  #button(text, kind, act) {
    const button = h('button', {class: kind, part: `button ${kind}`, type: 'button', textContent: text});
    button.addEventListener('click', () => button.getAttribute('aria-disabled') !== 'true' && act());
    return button;
  }

  #errorLine() {
    return h('p', {class: 'error', part: 'error', id: 'error', role: 'alert'});
  }

  #phoneView() {
    const texts = this.#texts;
    const isEmail = this.#isEmail;
    const input = h('input', {
      id: 'recipient',
      part: 'input',
      type: isEmail ? 'email' : 'tel',
      inputMode: isEmail ? 'email' : 'tel',
      autocomplete: isEmail ? 'email' : 'tel',
      value: this.#typed,
      'aria-describedby': 'hint error',
    });
    input.setAttribute('aria-required', 'true');
    const flag = h('span', {class: 'flag', 'aria-hidden': 'true'});
    const code = h('span', {'aria-hidden': 'true'});
    const select = h('select', {'aria-label': texts.country, part: 'country'}, ...this.#countryOptions());
    const country = isEmail ? null : h('div', {class: 'country'}, flag, code, select);
    const field = h('div', {class: 'field', part: 'field'}, country, input);
    const error = this.#errorLine();
    const submit = h('button', {class: 'primary', part: 'button primary', type: 'submit', textContent: texts.continue});
    const root = h(
      'form',
      {noValidate: true, part: 'form'},
      h('label', {for: 'recipient', part: 'label', textContent: isEmail ? texts.email : texts.phone}),
      field,
      error,
      h('p', {class: 'muted', part: 'hint', id: 'hint', textContent: isEmail ? texts.emailHint : texts.phoneHint}),
      submit,
    );
    const draw = () => {
      select.value = this.#country.region;
      flag.textContent = String.fromCodePoint(...[...this.#country.region].map((letter) => 0x1f1a5 + letter.charCodeAt(0)));
      code.textContent = `+${this.#country.code}`;
    };
    const read = () => {
      if (isEmail) {
        this.#typed = input.value;
        return;
      }
      const digitsBefore = input.value.slice(0, input.selectionStart).replace(/\D/g, '').length;
      const digits = input.value.replace(/\D/g, '').length;
      const number = understood(input.value, this.#country);
      this.#country = number.country;
      this.#typed = number.text;
      if (input.value !== number.text) {
        input.value = number.text;
        // counted from the end, as digits may have gone from the front
        const shown = number.text.replace(/\D/g, '').length;
        const at = caretAfter(number.text, shown - (digits - digitsBefore));
        if (this.#root.activeElement === input) input.setSelectionRange(at, at);
      }
      draw();
    };
    input.addEventListener('input', () => {
      read();
      if (this.#error) {
        this.#error = undefined;
        this.#view.update();
      }
      this.#store(null);
    });
    select.addEventListener('change', () => {
      this.#country = COUNTRIES.get(select.value);
      input.value = understood(input.value, this.#country).text;
      this.#typed = input.value;
      draw();
      this.#store(null);
      input.focus();
    });
    root.addEventListener('submit', (event) => {
      event.preventDefault();
      if (this.#busy) return;
      read();
      const recipient = isEmail ? input.value.trim() : understood(input.value, this.#country).e164;
      if (recipient.length > (isEmail ? 2 : 5)) this.#send(recipient);
      else this.#fail(new OtpError('ValidateError'), recipient ? undefined : 'empty');
    });
    draw();
    return {
      root,
      focus: () => input.focus(),
      update: (isNew) => {
        error.textContent = this.#message();
        field.classList.toggle('wrong', Boolean(this.#error));
        input.setAttribute('aria-invalid', String(Boolean(this.#error)));
        submit.setAttribute('aria-disabled', String(this.#busy));
        if (isNew) input.focus();
      },
    };
  }

  #countryOptions() {
    let names;
    try {
      names = new Intl.DisplayNames([this.#language], {type: 'region'});
    } catch {
      names = {of: (region) => region};
    }
    return [...COUNTRIES.values()]
      .map(({region, code}) => ({region, code, name: names.of(region)}))
      .sort((one, other) => one.name.localeCompare(other.name, this.#language))
      .map(({region, code, name}) => h('option', {value: region, textContent: `${name} +${code}`}));
  }

  /** Whom it is for, and the way back. */
  #recipientRow() {
    const shown = this.#channel?.payload.maskedRecipient || this.#session.recipient;
    const change = this.#button(this.#texts.change, 'link', () => this.#change());
    return h('div', {class: 'row'}, h('span', {class: 'muted', textContent: fill(this.#texts.sentTo, {recipient: shown})}), change);
  }

  #change() {
    // its messages need not go out any more; if that is not heard it ends by itself
    const {requestId} = this.#session;
    this.#client.cancel(requestId, this.#started.signal).catch(() => {});
    this.reset();
    this.#view.focus();
  }

  #waitView() {
    const title = h('h2', {tabIndex: -1, part: 'title'});
    const trouble = h('p', {class: 'muted', role: 'status'});
    const root = h('div', {class: 'view', part: 'view'}, sign(this.#channel?.type ?? 'sms', 'busy'), title, this.#recipientRow(), trouble);
    const text = () => (this.#channel ? this.#title() : this.#texts.wait.first);
    return {
      root,
      focus: () => title.focus(),
      says: text,
      update: () => {
        title.textContent = text();
        trouble.textContent = this.#trouble ? this.#texts.reconnecting : '';
      },
    };
  }

  #codeView() {
    const {length} = this.#channel.settings.code;
    this.#code = this.#code.slice(0, length);
    const input = h('input', {
      id: 'code',
      part: 'code-input',
      type: 'text',
      inputMode: 'numeric',
      autocomplete: 'one-time-code',
      pattern: '[0-9]*',
      value: this.#code,
      spellcheck: false,
      'aria-describedby': 'hint error',
    });
    const boxes = Array.from({length}, () => h('span', {'aria-hidden': 'true', part: 'box'}));
    const code = h('div', {class: length > 6 ? 'code many' : 'code', part: 'code'}, ...boxes, input);
    const title = h('label', {for: 'code', part: 'title'});
    const error = this.#errorLine();
    const hint = h('p', {class: 'muted', part: 'hint', id: 'hint'});
    const state = h('p', {class: 'muted', role: 'status'});
    const retry = this.#button(this.#texts.tryAgain, 'primary', () => this.#check());
    const again = this.#button('', 'second', () => this.#resend());
    const root = h('form', {part: 'form', noValidate: true}, h('h2', {}, title), this.#recipientRow(), code, error, hint, state, retry, again);
    const draw = () => {
      const at = Math.min(input.selectionStart ?? this.#code.length, length - 1);
      boxes.forEach((box, i) => {
        box.textContent = this.#code[i] ?? '';
        box.classList.toggle('at', i === Math.min(at, this.#code.length));
      });
    };
    input.addEventListener('input', () => {
      const before = this.#code;
      const caret = input.value.slice(0, input.selectionStart).replace(/\D/g, '').length;
      this.#code = input.value.replace(/\D/g, '').slice(0, length);
      if (input.value !== this.#code) {
        input.value = this.#code;
        input.setSelectionRange(caret, caret);
      }
      if (this.#error) this.#error = undefined;
      this.#view.update();
      if (this.#code.length === length && this.#code !== before) this.#check();
    });
    for (const event of ['keyup', 'click', 'focus', 'select']) input.addEventListener(event, draw);
    root.addEventListener('submit', (event) => {
      event.preventDefault();
      this.#check();
    });
    return {
      root,
      focus: () => input.focus(),
      says: () => (this.#root.activeElement === input ? '' : this.#title()),
      ticks: true,
      update: () => {
        if (input.value !== this.#code) input.value = this.#code;
        input.readOnly = this.#busy;
        title.textContent = this.#title();
        input.setAttribute('aria-label', `${this.#title()}. ${fill(this.#texts.code, {length})}`);
        const message = this.#message();
        if (error.textContent !== message) error.textContent = message;
        code.classList.toggle('wrong', this.#error?.type === 'InvalidCodeException');
        input.setAttribute('aria-invalid', String(Boolean(this.#error)));
        const tries = fill(this.#texts.triesLeft, {tries: this.#channel.remainingCodeAttempts});
        const more = this.#texts.hint[this.#channel.type];
        set(hint, more ? `${more} ${tries}` : tries);
        set(state, this.#trouble ? this.#texts.reconnecting : this.#busy ? this.#texts.checking : '');
        // a full code submits itself, and needs a button only when nobody answered
        retry.hidden = !(this.#error?.isPassing && this.#code.length === length);
        this.#drawAgain(again);
        draw();
      },
    };
  }

  #drawAgain(button) {
    const left = this.#cooldown();
    set(button, left > 0 ? fill(this.#texts.againIn, {time: duration(left, this.#texts)}) : this.#texts.again);
    button.setAttribute('aria-disabled', String(left > 0 || this.#busy));
    button.hidden = this.#isLast;
  }

  #codelessView() {
    const {payload, type} = this.#channel;
    const title = h('h2', {tabIndex: -1, part: 'title'});
    const help = h('p', {part: 'help'});
    const state = h('p', {class: 'muted', role: 'status'});
    const error = this.#errorLine();
    const again = this.#button('', 'second', () => this.#resend());
    const call = payload.callTo ? h('a', {class: 'button primary', part: 'button primary', href: `tel:${payload.callTo}`, textContent: fill(this.#texts.call, {number: payload.callTo})}) : null;
    const link = safeLink(payload.link) ? h('a', {class: 'button primary', part: 'button primary', href: payload.link, target: '_blank', rel: 'noopener', textContent: this.#texts.open}) : null;
    const root = h('div', {class: 'view', part: 'view'}, sign(type, 'busy'), title, this.#recipientRow(), help, call, link, state, error, again);
    return {
      root,
      focus: () => title.focus(),
      says: () => `${this.#title()}. ${this.#texts.hint.codeless}`,
      ticks: true,
      update: () => {
        set(title, this.#title());
        // the service says it in the languages of the API, which may not be this one
        const own = this.#language === 'ru' || this.#language === 'en' ? this.#channel.payload.help : '';
        set(help, own || this.#texts.hint.codeless);
        set(state, this.#trouble ? this.#texts.reconnecting : this.#texts.waitingForYou);
        set(error, this.#message());
        this.#drawAgain(again);
      },
    };
  }

  #failedView() {
    this.#cooldownEnds = 0; // SPEC: at once, where the channel stands in error
    const title = h('h2', {tabIndex: -1, part: 'title', textContent: this.#texts.failed});
    const error = this.#errorLine();
    const again = this.#button('', 'primary', () => this.#resend());
    const root = h(
      'div',
      {class: 'view', part: 'view'},
      sign('bad', 'bad'),
      title,
      h('p', {textContent: this.#texts.failedText}),
      this.#recipientRow(),
      error,
      again,
    );
    return {
      root,
      focus: () => again.focus(),
      says: () => `${this.#texts.failed}. ${this.#texts.failedText}`,
      ticks: true,
      update: () => {
        set(error, this.#message());
        this.#drawAgain(again);
      },
    };
  }

  #confirmedView() {
    const title = h('h2', {tabIndex: -1, part: 'title', textContent: this.#texts.confirmed});
    const shown = this.#channel?.payload.maskedRecipient || this.#session.recipient;
    const text = fill(this.#texts.confirmedText, {recipient: shown});
    const root = h('div', {class: 'view', part: 'view'}, sign('good', 'good'), title, h('p', {textContent: text}));
    return {root, focus: () => title.focus(), says: () => `${this.#texts.confirmed}. ${text}`, update: () => {}};
  }

  #endedView() {
    return this.#notice(this.#texts.ended, this.#texts.startAgain, () => {
      this.reset();
      this.#view.focus();
    });
  }

  #brokenView() {
    const isBlocked = this.#error.type === 'WidgetIsBlockedException';
    return this.#notice(isBlocked ? this.#texts.blocked : this.#texts.broken, this.#texts.tryAgain, () => {
      this.#stop();
      this.#start();
    });
  }

  #notice(heading, action, act) {
    const title = h('h2', {tabIndex: -1, part: 'title', textContent: heading});
    const text = h('p');
    const root = h('div', {class: 'view', part: 'view'}, sign('bad', 'bad'), title, text, this.#button(action, 'primary', act));
    return {
      root,
      focus: () => title.focus(),
      says: () => `${heading}. ${this.#message()}`,
      update: () => set(text, this.#message()),
    };
  }

  // ---- codes that the browser reads for us (WebOTP)

  #receiving;

  async #receive() {
    if (this.#channel.type !== 'sms' || !('OTPCredential' in globalThis)) return;
    this.#receiving = new AbortController();
    const {signal} = this.#receiving;
    try {
      const credential = await navigator.credentials.get({otp: {transport: ['sms']}, signal});
      if (credential?.code && !signal.aborted && this.#view.name === 'code') {
        this.#code = credential.code.replace(/\D/g, '').slice(0, this.#channel.settings.code.length);
        this.#view.update();
        this.#check();
      }
    } catch {
      // the browser could not or was not let: people can type
    }
  }
}

function set(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** The texts, with the English ones where there are none. */
function merged(base, texts) {
  return Object.fromEntries(
    Object.entries(base).map(([key, text]) => {
      if (typeof text === 'string') return [key, typeof texts?.[key] === 'string' ? texts[key] : text];
      return [key, merged(text, texts?.[key])];
    }),
  );
}
