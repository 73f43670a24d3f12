package io.otphandler.application.limit;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** Addresses of IPv6 as texts (RFC 4291 §2.2). */
final class Ipv6 {

    private static final int GROUPS = 8;
    /** What a subscriber has at least (RFC 6177): the rest of an address is theirs to choose. */
    private static final int GROUPS_OF_NETWORK = 4;

    private Ipv6() {}

    /**
     * The /64 that an address is in, the same however it is written; of an IPv4 address in disguise that one. Empty: the
     * text is no such address.
     */
    static Optional<String> networkOf(String address) {
        int zone = address.indexOf('%');
        String text = zone < 0 ? address : address.substring(0, zone);
        if (text.indexOf(':') < 0) {
            return Optional.empty();
        }
        try {
            int gap = text.indexOf("::");
            List<Integer> groups = groups(gap < 0 ? text : text.substring(0, gap));
            if (gap >= 0) {
                List<Integer> rest = groups(text.substring(gap + 2));
                groups.addAll(Collections.nCopies(Math.max(0, GROUPS - groups.size() - rest.size()), 0));
                groups.addAll(rest);
            }
            return groups.size() == GROUPS ? Optional.of(network(groups)) : Optional.empty();
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    private static String network(List<Integer> groups) {
        if (groups.subList(0, 6).equals(List.of(0, 0, 0, 0, 0, 0xffff))) {
            int high = groups.get(6);
            int low = groups.get(7);
            return (high >> 8) + "." + (high & 0xff) + "." + (low >> 8) + "." + (low & 0xff);
        }
        StringBuilder network = new StringBuilder();
        groups.subList(0, GROUPS_OF_NETWORK)
                .forEach(group -> network.append(Integer.toHexString(group)).append(':'));
        return network.append(":/64").toString();
    }

    /** Whatever stands between colons; the last may be an IPv4 address, which is two. */
    private static List<Integer> groups(String text) {
        List<Integer> groups = new ArrayList<>();
        if (text.isEmpty()) {
            return groups;
        }
        for (String part : text.split(":", -1)) {
            if (part.indexOf('.') < 0) {
                groups.add(number(part, 16, 0xffff));
            } else {
                String[] bytes = part.split("\\.", -1);
                if (bytes.length != 4) {
                    throw new NumberFormatException(part);
                }
                groups.add(number(bytes[0], 10, 0xff) << 8 | number(bytes[1], 10, 0xff));
                groups.add(number(bytes[2], 10, 0xff) << 8 | number(bytes[3], 10, 0xff));
            }
        }
        return groups;
    }

    private static int number(String text, int radix, int most) {
        int number = Integer.parseInt(text, radix);
        if (number < 0 || number > most) {
            throw new NumberFormatException(text);
        }
        return number;
    }
}
