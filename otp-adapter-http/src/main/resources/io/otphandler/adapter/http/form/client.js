/**
 * What became of a call that did not succeed. `type` is the API's own (`InvalidCodeException` …), or one of ours:
 * `Unreachable` (no answer came, or none of the API's) and `TokenUnavailable` (there is no token to call with).
 */
export class OtpError extends Error {
  /**
   * @param {string} type
   * @param {{message?: string, status?: number, payload?: object, retryAfter?: number}} [told] retryAfter in seconds
   */
  constructor(type, told = {}) {
    super(told.message || type);
    this.name = 'OtpError';
    this.type = type;
    this.status = told.status || 0;
    this.payload = told.payload || {};
    this.retryAfter = told.retryAfter;
  }

  /** Whether the same call may succeed by itself a little later. */
  get isPassing() {
    return this.type === 'Unreachable' || this.type === 'TokenUnavailable' || this.status === 429 || this.status >= 500;
  }
}

/**
 * A client of the API for browsers and anything else that has `fetch`. Every method throws `OtpError`; what the signal
 * aborts throws its reason.
 */
export class OtpClient {
  #api;
  #token;
  #language;
  #known;

  /**
   * @param {object} options
   * @param {string} options.api where the API is, such as https://otp.shop.example/api/n/otp-handler
   * @param {string | (() => Promise<string>)} options.token a bearer token, or who gives one: asked when there is none
   *     yet, and once more when the API does not take it
   * @param {string} [options.language] of the errors' messages: ru (the default) or en
   */
  constructor({api, token, language = 'ru'}) {
    this.#api = api.replace(/\/$/, '');
    this.#token = token;
    this.#language = language;
  }

  /** @returns {Promise<{name: string, isActive: boolean, isBlocked: boolean}>} */
  getWidget(widgetId, signal) {
    return this.#ask('GET', `/widget/${encodeURIComponent(widgetId)}`, {signal});
  }

  /**
   * Starts a session and with it the first message.
   *
   * @param {string} [key] the same key starts it once, however often it is asked (Idempotency-Key)
   * @returns {Promise<{requestId: string}>}
   */
  send(widgetId, recipient, {locale, reference, key, signal} = {}) {
    return this.#ask('POST', '/', {json: {widgetId, recipient, locale, reference}, key, signal});
  }

  /** The channel as it is now; its `etag` is what `awaitChannel` wants to know. */
  getChannel(requestId, signal) {
    return this.#ask('GET', `/${requestId}/channel`, {signal});
  }

  /** @returns {Promise<{success: boolean}>} */
  getStatus(requestId, recipient, signal) {
    return this.#ask('GET', `/${requestId}/status?recipient=${encodeURIComponent(recipient)}`, {signal});
  }

  /**
   * Waits, for as long as it takes, until the channel is another one than `etag` says; without it, until a message is
   * out. Goes on through timeouts, lost connections and restarts of the service; after these it may answer with the
   * channel that is known already.
   *
   * @param {(error: OtpError | null) => void} [onTrouble] told when waiting goes on although nobody answers, and with
   *     null when somebody does again
   */
  awaitChannel(requestId, {etag, signal, onTrouble} = {}) {
    return this.#poll(`/longPolling/${requestId}/channel`, {etag, signal, onTrouble});
  }

  /** Waits in the same way until the session is confirmed, or cannot be any more. */
  awaitStatus(requestId, recipient, {signal, onTrouble} = {}) {
    const path = `/longPolling/${requestId}/status?recipient=${encodeURIComponent(recipient)}`;
    return this.#poll(path, {signal, onTrouble});
  }

  /** True for the right code; a wrong one is an `InvalidCodeException` that tells the tries left in its payload. */
  checkCode(requestId, code, signal) {
    return this.#ask('POST', `/${requestId}/checkCode`, {json: {code}, signal});
  }

  /** Another message over this channel, or the next channel. */
  resend(requestId, signal) {
    return this.#ask('POST', `/${requestId}/resend`, {signal});
  }

  cancel(requestId, signal) {
    return this.#ask('DELETE', `/${requestId}`, {signal});
  }

  /** For backends (scope otp:backend): true once, for a session that is confirmed. */
  checkStatusAndComplete(requestId, recipient, {key, signal} = {}) {
    const path = `/${requestId}/checkStatusAndComplete?recipient=${encodeURIComponent(recipient)}`;
    return this.#ask('POST', path, {key, signal});
  }

  async #poll(path, {etag, signal, onTrouble = () => {}}) {
    let failures = 0;
    let known = etag;
    for (;;) {
      try {
        const answer = await this.#ask('GET', path, {etag: known, signal, patience: POLL_PATIENCE});
        onTrouble(null);
        return answer;
      } catch (error) {
        if (!(error instanceof OtpError)) throw error;
        if (error.status === 408) {
          failures = 0;
          onTrouble(null);
        } else if (error.isPassing) {
          // the service says when to come again where it restarts in an orderly way; half a second keeps us polite
          const orderly = error.retryAfter === 0;
          if (!orderly) {
            onTrouble(error);
            // to be answered at once: that somebody is there again is worth knowing by itself
            if (etag) known = NO_TAG;
          }
          await pause(orderly ? 500 : backoff(failures++, error.retryAfter), signal);
        } else {
          onTrouble(null);
          throw error;
        }
      }
    }
  }

  async #ask(method, path, options) {
    try {
      return await this.#call(method, path, options);
    } catch (error) {
      if (!(error instanceof OtpError) || error.status !== 401 || typeof this.#token === 'string') throw error;
      this.#known = undefined; // it has expired, most likely
      return this.#call(method, path, options);
    }
  }

  async #call(method, path, {json, key, etag, signal, patience = PATIENCE}) {
    const headers = {Accept: 'application/json', 'Accept-Language': this.#language};
    headers.Authorization = `Bearer ${await this.#bearer()}`;
    if (json) headers['Content-Type'] = 'application/json';
    if (key) headers['Idempotency-Key'] = key;
    if (etag) headers['If-None-Match'] = etag;
    let response;
    let body;
    const waiting = patient(patience, signal);
    try {
      response = await fetch(this.#api + path, {
        method,
        headers,
        body: json && JSON.stringify(json),
        signal: waiting.signal,
        cache: 'no-store',
        credentials: 'omit',
      });
      body = await response.json();
    } catch (error) {
      signal?.throwIfAborted();
      throw new OtpError('Unreachable', {message: error.message, status: response?.status});
    } finally {
      waiting.end();
    }
    if (response.ok) {
      const tag = response.headers.get('ETag');
      return tag ? {...body, etag: tag} : body;
    }
    if (!body || typeof body.type !== 'string') throw new OtpError('Unreachable', {status: response.status});
    const after = response.headers.get('Retry-After') ?? body.payload?.retryAfter;
    throw new OtpError(body.type, {
      message: body.message,
      status: response.status,
      payload: body.payload,
      retryAfter: after === undefined || after === null ? undefined : Number(after),
    });
  }

  async #bearer() {
    if (typeof this.#token === 'string') return this.#token;
    // calls that come at the same time ask for one token together
    this.#known ??= Promise.resolve(this.#token());
    const asked = this.#known;
    try {
      return await asked;
    } catch (error) {
      if (this.#known === asked) this.#known = undefined;
      throw error instanceof OtpError ? error : new OtpError('TokenUnavailable', {message: error.message});
    }
  }
}

/** An ETag that no channel has: a long poll that knows it is answered at once. */
export const NO_TAG = '"-"';

/** How long an answer is waited for, in milliseconds: a network that swallows what it is given says nothing at all. */
const PATIENCE = 15000;

/** The same for long polls: beyond the longest that the service can be configured to hold them for, 300 s. */
const POLL_PATIENCE = 330000;

/** A signal that aborts with the given one, or once the milliseconds are over. To be ended when it is not needed any more. */
function patient(milliseconds, signal) {
  const waiting = new AbortController();
  const giveUp = () => waiting.abort();
  const timer = setTimeout(giveUp, milliseconds);
  signal?.addEventListener('abort', giveUp);
  if (signal?.aborted) giveUp();
  const end = () => {
    clearTimeout(timer);
    signal?.removeEventListener('abort', giveUp);
  };
  return {signal: waiting.signal, end};
}

/** Milliseconds until the next attempt: twice as long each time, at most 15 s, and not everybody at the same time. */
function backoff(failures, retryAfter) {
  if (retryAfter > 0) return retryAfter * 1000 + Math.random() * 500;
  return Math.min(15000, 500 * 2 ** Math.min(failures, 5)) * (0.75 + Math.random() / 2);
}

/** Waits; not any longer once the browser is online again. */
function pause(milliseconds, signal) {
  return new Promise((resolve, reject) => {
    const end = () => {
      clearTimeout(timer);
      globalThis.removeEventListener?.('online', end);
      signal?.removeEventListener('abort', end);
      if (signal?.aborted) reject(signal.reason);
      else resolve();
    };
    const timer = setTimeout(end, milliseconds);
    globalThis.addEventListener?.('online', end);
    signal?.addEventListener('abort', end);
    if (signal?.aborted) end();
  });
}
