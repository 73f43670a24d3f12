package io.otphandler.adapter.http.tls;

import java.security.KeyStore;
import java.time.Instant;

/** Private keys with their certificates, fit to be served. Immutable as long as nobody changes the store. */
public final class ServerKeys {
    private final KeyStore store;
    private final char[] password;
    private final Instant ends;

    /** @param ends when the first of the certificates runs out */
    ServerKeys(KeyStore store, char[] password, Instant ends) {
        this.store = store;
        this.password = password;
        this.ends = ends;
    }

    KeyStore store() {
        return store;
    }

    String password() {
        return new String(password);
    }

    /** When the first of the certificates runs out. */
    public Instant ends() {
        return ends;
    }
}
