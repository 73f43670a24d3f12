package io.otphandler.bootstrap.bench;

import java.net.URI;

/**
 * A service, and as whom it is asked.
 *
 * @param site without a path, such as {@code http://127.0.0.1:8080}
 * @param basePath that the API stands below; empty: none
 * @param token a bearer token
 */
public record Target(URI site, String basePath, String token) {

    public Target {
        if (!("http".equals(site.getScheme()) || "https".equals(site.getScheme())) || site.getHost() == null) {
            throw new IllegalArgumentException("expected a URL such as http://127.0.0.1:8080, was " + site);
        }
    }

    boolean isSecure() {
        return "https".equals(site.getScheme());
    }

    String host() {
        return site.getHost().startsWith("[")
                ? site.getHost().substring(1, site.getHost().length() - 1)
                : site.getHost();
    }

    int port() {
        return site.getPort() > 0 ? site.getPort() : isSecure() ? 443 : 80;
    }

    /** Hides the token. */
    @Override
    public String toString() {
        return site + basePath;
    }
}
