package io.otphandler.adapter.http.token;

import java.util.EnumSet;
import java.util.Set;

/** What a token is good for. */
public enum Scope {
    /** What a browser needs. */
    WIDGET("otp:widget"),
    /** That, and being told that a session is confirmed. */
    BACKEND("otp:backend"),
    /** The admin API for the account's own widgets and sessions. */
    ADMIN("otp:admin"),
    /** The admin API for every account. */
    ROOT("otp:root"),
    /** The sandbox, for messages of the account's own sessions. */
    SANDBOX("otp:sandbox");

    private final String wireName;

    Scope(String wireName) {
        this.wireName = wireName;
    }

    /** The name in the token. */
    public String wireName() {
        return wireName;
    }

    /** Those that a {@code scope} claim names (RFC 8693 §4.2); unknown ones are somebody else's. */
    static Set<Scope> parse(String claim) {
        Set<Scope> scopes = EnumSet.noneOf(Scope.class);
        for (String name : claim.split(" ", -1)) {
            for (Scope scope : values()) {
                if (scope.wireName.equals(name)) {
                    scopes.add(scope);
                }
            }
        }
        return scopes;
    }
}
