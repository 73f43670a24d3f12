package io.otphandler.adapter.http;

import java.util.AbstractSet;
import java.util.Collections;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads {@code If-None-Match} (RFC 9110 §13.1.2). */
final class EntityTags {
    /** With what of a list is empty before it (RFC 9110 §5.6.1.2). */
    private static final Pattern TAG =
            Pattern.compile("[ \\t,]*(?:W/)?\"([\\x21\\x23-\\x7e\\x80-\\xff]*)\"[ \\t]*(?:,|$)");

    /** {@code *}: whatever there is now is known. */
    private static final Set<String> ANY = new AbstractSet<>() {
        @Override
        public boolean contains(Object tag) {
            return true;
        }

        @Override
        public Iterator<String> iterator() {
            return Collections.emptyIterator();
        }

        @Override
        public int size() {
            return Integer.MAX_VALUE;
        }
    };

    private EntityTags() {}

    /**
     * The tags that the caller knows, weak or not; null: it sends no such header. What cannot be read is a tag that
     * nothing has: the caller is answered at once, and sees by the answer what a tag looks like.
     */
    static @Nullable Set<String> known(@Nullable String header) {
        if (header == null) {
            return null;
        }
        if (header.strip().equals("*")) {
            return ANY;
        }
        Set<String> tags = new HashSet<>();
        Matcher matcher = TAG.matcher(header);
        int end = 0;
        while (end < header.length() && matcher.find(end) && matcher.start() == end) {
            tags.add(matcher.group(1));
            end = matcher.end();
        }
        boolean allRead = header.substring(end).chars().allMatch(c -> c == ',' || c == ' ' || c == '\t');
        return allRead ? tags : Set.of();
    }

    static String quoted(String tag) {
        return '"' + tag + '"';
    }
}
