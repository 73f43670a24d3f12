package io.otphandler.domain.widget;

import io.otphandler.domain.channel.Channel;
import io.otphandler.domain.code.Code;
import io.otphandler.domain.recipient.Recipient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A form on a company's site: what it is called, whether it may be used, and the channels that it tries in order. What
 * it holds may be wrong, so that all that is wrong can be told at once: {@link WidgetPolicies} judges.
 *
 * @param revision grows by one whenever the widget is saved; running sessions stay with the one they began with
 * @param owner the account whose tokens may use it
 * @param defaultRegion ISO 3166-1 alpha-2: the country of phone numbers typed without one
 * @param sessionLifetime after which a session is gone
 * @param origin the host that e-mails and messages name, such as {@code shop.example}; null: none
 * @param testRecipients with their fixed codes: nothing is ever sent to them
 * @param audience whose numbers it takes; test recipients in any case
 */
public record Widget(
        WidgetId id,
        int revision,
        AccountId owner,
        String name,
        boolean isActive,
        boolean isBlocked,
        String defaultRegion,
        Duration sessionLifetime,
        @Nullable String origin,
        List<Channel> channels,
        Map<Recipient, Code> testRecipients,
        Audience audience) {

    public static final String DEFAULT_REGION = "RU";
    public static final Duration DEFAULT_SESSION_LIFETIME = Duration.ofSeconds(900);

    /** One for {@linkplain Audience#ANYBODY anybody}. */
    public Widget(
            WidgetId id,
            int revision,
            AccountId owner,
            String name,
            boolean isActive,
            boolean isBlocked,
            String defaultRegion,
            Duration sessionLifetime,
            @Nullable String origin,
            List<Channel> channels,
            Map<Recipient, Code> testRecipients) {
        this(
                id,
                revision,
                owner,
                name,
                isActive,
                isBlocked,
                defaultRegion,
                sessionLifetime,
                origin,
                channels,
                testRecipients,
                Audience.ANYBODY);
    }

    public Widget {
        channels = List.copyOf(channels);
        testRecipients = Collections.unmodifiableMap(new LinkedHashMap<>(testRecipients));
    }

    /** Whether sessions may be started with it. */
    public boolean isUsable() {
        return isActive && !isBlocked;
    }

    /** The channels that suit the recipient, in their order, each with its template. */
    public List<Leg> legsFor(Recipient recipient, @Nullable String languageTags, Predicate<String> gatewayConfigured) {
        List<Leg> legs = new ArrayList<>();
        for (int i = 0; i < channels.size(); i++) {
            OptionalInt template = channels.get(i).templateFor(recipient, languageTags, gatewayConfigured);
            if (template.isPresent()) {
                legs.add(leg(i, template.getAsInt()));
            }
        }
        return legs;
    }

    /** The leg through the channel and the template at these indexes. */
    public Leg leg(int channelIndex, int templateIndex) {
        Channel channel = channels.get(channelIndex);
        return new Leg(channelIndex, templateIndex, channel, channel.templates().get(templateIndex));
    }

    /** The same widget, usable or not. Running sessions do not notice. */
    public Widget withBlocked(boolean blocked) {
        return new Widget(
                id,
                revision,
                owner,
                name,
                isActive,
                blocked,
                defaultRegion,
                sessionLifetime,
                origin,
                channels,
                testRecipients,
                audience);
    }

    /** The same widget as that revision. */
    public Widget withRevision(int newRevision) {
        return new Widget(
                id,
                newRevision,
                owner,
                name,
                isActive,
                isBlocked,
                defaultRegion,
                sessionLifetime,
                origin,
                channels,
                testRecipients,
                audience);
    }
}
