package io.otphandler.domain.channel;

import io.otphandler.domain.recipient.Recipient;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Predicate;
import java.util.stream.IntStream;
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
     * @param languageTags the user's, the best first, separated by commas: the first that a matching template speaks
     *     is preferred, none excludes one; null: the first template that matches
     */
    public OptionalInt templateFor(
            Recipient recipient, @Nullable String languageTags, Predicate<String> gatewayConfigured) {
        if (!enabled || type.reaches() != recipient.kind() || gateways.stream().noneMatch(gatewayConfigured)) {
            return OptionalInt.empty();
        }
        int[] matching = IntStream.range(0, templates.size())
                .filter(i -> templates.get(i).matches(recipient))
                .toArray();
        if (languageTags != null) {
            for (String tag : languageTags.split(",", -1)) {
                for (int i : matching) {
                    if (templates.get(i).speaks(tag)) {
                        return OptionalInt.of(i);
                    }
                }
            }
        }
        return Arrays.stream(matching).findFirst();
    }
}
