package io.otphandler.application.admin;

import io.otphandler.application.port.AuditEntry;
import io.otphandler.domain.channel.Channel;
import io.otphandler.domain.channel.ChannelSettings;
import io.otphandler.domain.widget.Widget;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

/**
 * What the audit log says of a widget that is saved: its name, and which fields change, as the admin API calls them. What
 * they were and become is not said: there are test codes among them.
 */
final class WidgetChanges {

    private static final Map<String, Function<Widget, ?>> FIELDS = Map.of(
            "name",
            Widget::name,
            "isActive",
            Widget::isActive,
            "isBlocked",
            Widget::isBlocked,
            "defaultRegion",
            Widget::defaultRegion,
            "sessionLifetime",
            Widget::sessionLifetime,
            "origin",
            widget -> Optional.ofNullable(widget.origin()),
            "allowedRegions",
            widget -> widget.audience().allowedRegions(),
            "blockedRegions",
            widget -> widget.audience().blockedRegions(),
            "allowedNumberTypes",
            widget -> widget.audience().numberTypes(),
            "testRecipients",
            widget -> List.copyOf(widget.testRecipients().entrySet()));

    private static final Map<String, Function<Channel, ?>> CHANNEL_FIELDS = Map.ofEntries(
            Map.entry("type", Channel::type),
            Map.entry("label", Channel::label),
            Map.entry("codeType", Channel::codeType),
            Map.entry("enabled", Channel::enabled),
            Map.entry("gateways", Channel::gateways),
            Map.entry("lifetime", of(ChannelSettings::lifetime)),
            Map.entry("numberOfTries", of(ChannelSettings::numberOfTries)),
            Map.entry("numberOfRestart", of(ChannelSettings::numberOfRestart)),
            Map.entry("restartCooldown", of(ChannelSettings::restartCooldown)),
            Map.entry("fallbackAfter", of(settings -> Optional.ofNullable(settings.fallbackAfter()))),
            Map.entry("code", of(ChannelSettings::code)),
            Map.entry("templates", Channel::templates));

    private WidgetChanges() {}

    /** @param before empty: there is no such widget yet */
    static Map<String, String> details(Optional<Widget> before, Widget after) {
        return before.map(old -> Map.of(
                        "name", after.name(),
                        "replacedRevision", String.valueOf(old.revision()),
                        "changed", shortened(String.join(", ", changed(old, after)))))
                .orElseGet(() -> Map.of("name", after.name(), "created", "true"));
    }

    /** In the order of the names; the fields of channels, by their places, last. Empty: it is as it was. */
    static List<String> changed(Widget before, Widget after) {
        List<String> changed = new ArrayList<>(differing(FIELDS, before, after));
        List<Channel> old = before.channels();
        List<Channel> now = after.channels();
        if (old.size() != now.size()) {
            changed.add("channels");
            return changed;
        }
        for (int i = 0; i < now.size(); i++) {
            String place = "channels[" + i + "].";
            differing(CHANNEL_FIELDS, old.get(i), now.get(i)).forEach(field -> changed.add(place + field));
        }
        return changed;
    }

    private static <T> List<String> differing(Map<String, Function<T, ?>> fields, T before, T after) {
        return fields.entrySet().stream()
                .filter(field -> !Objects.equals(
                        field.getValue().apply(before), field.getValue().apply(after)))
                .map(Map.Entry::getKey)
                .sorted()
                .toList();
    }

    private static Function<Channel, ?> of(Function<ChannelSettings, ?> setting) {
        return channel -> setting.apply(channel.settings());
    }

    /** Names of fields that are cut off have no surrogates. */
    private static String shortened(String fields) {
        return fields.length() <= AuditEntry.MAX_DETAIL ? fields : fields.substring(0, AuditEntry.MAX_DETAIL - 1) + "…";
    }
}
