package io.otphandler.application.port;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The configured gateways by name. Immutable. */
public final class Gateways {

    private final Map<String, Gateway> byName;

    public Gateways(Collection<? extends Gateway> gateways) {
        Map<String, Gateway> map = new LinkedHashMap<>();
        for (Gateway gateway : gateways) {
            if (map.put(gateway.name(), gateway) != null) {
                throw new IllegalArgumentException("Two gateways are called " + gateway.name());
            }
        }
        byName = map;
    }

    public Optional<Gateway> named(String name) {
        return Optional.ofNullable(byName.get(name));
    }

    public boolean isConfigured(String name) {
        return byName.containsKey(name);
    }

    /** Whether there is a gateway of that name and it may be tried now. */
    public boolean isReachable(String name) {
        Gateway gateway = byName.get(name);
        return gateway != null && gateway.isReachable();
    }

    public Collection<Gateway> all() {
        return java.util.Collections.unmodifiableCollection(byName.values());
    }
}
