package io.otphandler.adapter.http.token;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.util.JSONObjectUtils;
import io.otphandler.adapter.http.json.Texts;
import io.otphandler.adapter.http.json.Uuids;
import io.otphandler.domain.widget.AccountId;
import io.otphandler.domain.widget.WidgetId;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Checks bearer tokens: JWTs (RFC 7519), judged as RFC 8725 asks. A token that was good is remembered for a while, by its
 * hash, so that a hot one costs no signature; whether it has expired is asked every time, and its key again after that
 * while, as keys are withdrawn. Thread-safe.
 */
public final class TokenVerifier {
    /** How far the clocks of those who make tokens may be off. */
    public static final Duration LEEWAY = Duration.ofSeconds(30);

    /** As long as published keys are believed without a look: a key that is withdrawn ends its tokens, too. */
    static final Duration REMEMBERED_FOR = KeySetAddress.KEPT;

    private static final int REMEMBERED = 10_000;
    /** RFC 7515 §4.1.9: what may be left out of a media type. */
    private static final String APPLICATION = "application/";

    private final KeySource keys;
    private final @Nullable String issuer;
    private final @Nullable String audience;
    private final BiPredicate<AccountId, String> revoked;
    private final Clock clock;
    private final MessageDigest digest;
    private final Cache<ByteBuffer, Good> remembered =
            Caffeine.newBuilder().maximumSize(REMEMBERED).build();

    /**
     * @param issuer that tokens must come from; null: any
     * @param audience that tokens must be meant for; null: any
     */
    public TokenVerifier(KeySource keys, @Nullable String issuer, @Nullable String audience, Clock clock) {
        this(keys, issuer, audience, (account, id) -> false, clock);
    }

    /**
     * The same, where tokens can be revoked.
     *
     * @param revoked whether a token of that account and {@code jti} is good no more; asked for every token that has one
     */
    public TokenVerifier(
            KeySource keys,
            @Nullable String issuer,
            @Nullable String audience,
            BiPredicate<AccountId, String> revoked,
            Clock clock) {
        this.keys = keys;
        this.issuer = issuer;
        this.audience = audience;
        this.revoked = revoked;
        this.clock = clock;
        try {
            this.digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }

    /**
     * Who is calling.
     *
     * @param authorization the header's value; null: there is none
     * @throws UnauthorizedException when there is no token, or not a good one
     */
    public Identity verify(@Nullable String authorization) {
        String token = bearer(authorization);
        ByteBuffer hash = hash(token);
        long now = clock.instant().getEpochSecond();
        Good good = remembered.getIfPresent(hash);
        if (good == null || good.checkAgain <= now) {
            good = check(token, now);
            remembered.put(hash, good);
        }
        if (!good.isNow(now)) {
            remembered.invalidate(hash);
            throw new UnauthorizedException(true);
        }
        if (good.id != null && revoked.test(good.identity.account(), good.id)) {
            throw new UnauthorizedException(true);
        }
        return good.identity;
    }

    /** Whether {@link #verify} never waits for anything outside this process. */
    public boolean isPrompt() {
        return keys.isNear();
    }

    /**
     * The token in the header's value.
     *
     * @throws UnauthorizedException when there is none
     */
    public static String bearer(@Nullable String authorization) {
        if (authorization == null
                || authorization.length() < 8
                || !authorization.regionMatches(true, 0, "Bearer ", 0, 7)) {
            throw new UnauthorizedException(false);
        }
        return authorization.substring(7).strip();
    }

    private Good check(String token, long now) {
        try {
            JWSObject jws = parsed(token);
            if (!isPlainJwt(jws.getHeader()) || !isSigned(jws)) {
                throw new UnauthorizedException(true);
            }
            // strictly (RFC 8725 §3.7): nimbus would read a replacement character where there is no UTF-8
            Map<String, Object> claims =
                    JSONObjectUtils.parse(Texts.utf8(jws.getPayload().toBytes()));
            if (claims == null) {
                throw new UnauthorizedException(true);
            }
            return good(claims, now + REMEMBERED_FOR.toSeconds());
        } catch (ParseException | CharacterCodingException | IllegalArgumentException | IllegalStateException e) {
            // what is wrong with a token is not said, and a parser's message would quote it
            throw new UnauthorizedException(true);
        }
    }

    /** nimbus fails in ways of its own at what is JSON but no header, such as {@code null}. */
    private static JWSObject parsed(String token) {
        try {
            return JWSObject.parse(token);
        } catch (ParseException | RuntimeException e) {
            throw new UnauthorizedException(true);
        }
    }

    /** No extension that we would have to understand ({@code crit}, RFC 7515 §4.1.11), no token made for another use. */
    private static boolean isPlainJwt(JWSHeader header) throws ParseException, CharacterCodingException {
        // as it came: nimbus passes over an empty crit
        Map<String, Object> written =
                JSONObjectUtils.parse(Texts.utf8(header.getParsedBase64URL().decode()));
        return !written.containsKey("crit")
                && !written.containsKey("b64")
                && (header.getType() == null || isAccessToken(header.getType().getType()));
    }

    /** A JWT that does not say what it is for, or one that says that it is an access token (RFC 9068 §2.1). */
    private static boolean isAccessToken(String type) {
        String subtype = type.regionMatches(true, 0, APPLICATION, 0, APPLICATION.length())
                ? type.substring(APPLICATION.length())
                : type;
        return subtype.equalsIgnoreCase("JWT") || subtype.equalsIgnoreCase("at+jwt");
    }

    private boolean isSigned(JWSObject jws) {
        JWSHeader header = jws.getHeader();
        for (VerificationKey key : keys.candidates(header.getAlgorithm(), header.getKeyID())) {
            try {
                if (key.verifier().verify(header, jws.getSigningInput(), jws.getSignature())) {
                    return true;
                }
            } catch (JOSEException e) {
                // a signature that is not even one: as good as wrong
            }
        }
        return false;
    }

    private Good good(Map<String, Object> claims, long checkAgain) {
        Long expiry = seconds(claims.get("exp"));
        boolean hasNotBefore = claims.containsKey("nbf");
        Long notBefore = seconds(claims.get("nbf"));
        if (expiry == null
                || (hasNotBefore && notBefore == null)
                || (issuer != null && !issuer.equals(claims.get("iss")))
                || (audience != null && !names(claims.get("aud"), audience))
                || !(claims.get("sub") instanceof String subject)
                || !Texts.isPlain(subject)) {
            throw new UnauthorizedException(true);
        }
        Set<Scope> scopes = claims.get("scope") instanceof String scope ? Scope.parse(scope) : Set.of();
        Set<WidgetId> widgets =
                claims.containsKey("widgets") ? widgets(claims.get("widgets")).orElse(Set.of()) : null;
        String id = claims.get("jti") instanceof String text ? text : null;
        return new Good(
                // a subject that is no account's name is an IllegalArgumentException: not a good token either
                new Identity(new AccountId(subject), Optional.ofNullable(id).filter(Texts::isPlain), scopes, widgets),
                id,
                notBefore == null ? Long.MIN_VALUE : notBefore,
                expiry,
                checkAgain);
    }

    /** RFC 7519 §2, NumericDate: seconds, possibly with a fraction. Far away is far enough. */
    private static @Nullable Long seconds(@Nullable Object claim) {
        return claim instanceof Number number && Double.isFinite(number.doubleValue())
                ? Long.valueOf((long) Math.floor(number.doubleValue()))
                : null;
    }

    private static boolean names(@Nullable Object claim, String audience) {
        return claim instanceof Collection<?> several ? several.contains(audience) : audience.equals(claim);
    }

    private static Optional<Set<WidgetId>> widgets(@Nullable Object claim) {
        if (!(claim instanceof Collection<?> several)) {
            return Optional.empty();
        }
        Set<WidgetId> ids = new HashSet<>();
        for (Object one : several) {
            Optional<WidgetId> id =
                    one instanceof String text ? Uuids.parse(text).map(WidgetId::new) : Optional.empty();
            if (id.isEmpty()) {
                return Optional.empty();
            }
            ids.add(id.get());
        }
        return Optional.of(ids);
    }

    private ByteBuffer hash(String token) {
        try {
            // a clone is much cheaper than asking the providers again
            MessageDigest sha256 = (MessageDigest) digest.clone();
            return ByteBuffer.wrap(sha256.digest(token.getBytes(StandardCharsets.UTF_8)));
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("The platform's SHA-256 can be cloned", e);
        }
    }

    /**
     * A token that was signed by one of ours, between these seconds; it has an id, or cannot be revoked.
     *
     * @param checkAgain the second from which on its signature has to be looked at anew
     */
    private record Good(Identity identity, @Nullable String id, long notBefore, long expiry, long checkAgain) {
        boolean isNow(long now) {
            return now - LEEWAY.toSeconds() < expiry && now + LEEWAY.toSeconds() >= notBefore;
        }
    }
}
