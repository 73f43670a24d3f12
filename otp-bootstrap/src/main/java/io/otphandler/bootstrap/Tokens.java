package io.otphandler.bootstrap;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.otphandler.bootstrap.settings.Settings;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.UUID;

/** Signs tokens with the configured HMAC secret. */
final class Tokens {

    private final byte[] secret;
    private final Settings.Auth auth;

    Tokens(byte[] secret, Settings.Auth auth) {
        this.secret = secret.clone();
        this.auth = auth;
    }

    /** @param widgets the only ones that the token is good for; empty: all of the account's */
    String sign(String account, String scope, List<UUID> widgets, Instant now, Duration timeToLive) {
        JWTClaimsSet.Builder claims = new JWTClaimsSet.Builder()
                .subject(account)
                .jwtID(UUID.randomUUID().toString())
                .claim("scope", scope)
                .issueTime(Date.from(now))
                .expirationTime(Date.from(now.plus(timeToLive)));
        auth.issuer().ifPresent(claims::issuer);
        auth.audience().ifPresent(claims::audience);
        if (!widgets.isEmpty()) {
            claims.claim("widgets", widgets.stream().map(UUID::toString).toList());
        }
        try {
            SignedJWT token = new SignedJWT(new JWSHeader(JWSAlgorithm.HS256), claims.build());
            token.sign(new MACSigner(secret));
            return token.serialize();
        } catch (JOSEException e) {
            throw new UserException("The token cannot be signed: " + e.getMessage(), e);
        }
    }
}
