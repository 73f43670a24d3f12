package io.otphandler.domain.channel;

import io.otphandler.domain.recipient.Recipient;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One way to reach the recipient, as configured in a widget.
 *
 * @param label what the form calls it
 * @param gateways the names of those that can deliver it, the preferred first
 * @param templates tried in order
 */
public record Channel(
        ChannelType type,
        String label,
        CodeType codeType,
        boolean enabled,
        List<String> gateways,
        ChannelSettings settings,
        List<Template> templates) {

    public Channel {
        gateways = List.copyOf(gateways);
        templates = List.copyOf(templates);
    }

    /**
     * The index of the template that this channel would reach the recipient with; empty when the channel does not suit:
     * disabled, for another kind of recipient, no matching template, or no gateway configured.
     *
     * @param languageTag preferred among those that match, never excludes one; null: the first that matches
     */
    public OptionalInt templateFor(
            Recipient recipient, @Nullable String languageTag, Predicate<String> gatewayConfigured) {
        if (!enabled || type.reaches() != recipient.kind() || gateways.stream().noneMatch(gatewayConfigured)) {
            return OptionalInt.empty();
        }
        int first = -1;
        for (int i = 0; i < templates.size(); i++) {
            Template template = templates.get(i);
            if (template.matches(recipient)) {
                if (languageTag == null || template.speaks(languageTag)) {
                    return OptionalInt.of(i);
                }
                first = first < 0 ? i : first;
            }
        }
        return first < 0 ? OptionalInt.empty() : OptionalInt.of(first);
    }
}
