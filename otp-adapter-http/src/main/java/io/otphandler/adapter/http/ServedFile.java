package io.otphandler.adapter.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.Set;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * A file as it is served: all its answers are made beforehand, so that a request costs no reading, no hashing and no
 * compressing. Its tag is strong and of its content alone, so that all nodes and all restarts agree on it. Immutable.
 */
final class ServedFile {
    /** 128 bits: nobody meets another file of the same tag. */
    private static final int TAG_BYTES = 16;

    private final Form plain;
    private final @Nullable Form gzipped;

    /** One form of the content (RFC 9110 §8.8.3.3: each has a tag of its own), and how it is answered. */
    private record Form(String tag, Reply whole, Reply unchanged) {}

    private ServedFile(Form plain, @Nullable Form gzipped) {
        this.plain = plain;
        this.gzipped = gzipped;
    }

    static ServedFile of(String mediaType, String text, Map<String, String> headers) {
        return of(mediaType, text.getBytes(StandardCharsets.UTF_8), headers);
    }

    /** @param headers of every answer, {@code Cache-Control} among them */
    static ServedFile of(String mediaType, byte[] content, Map<String, String> headers) {
        String tag = tag(content);
        byte[] smaller = gzip(content);
        if (smaller.length >= content.length) {
            return new ServedFile(form(tag, Reply.text(mediaType, content), headers), null);
        }
        return new ServedFile(
                form(tag, Reply.text(mediaType, content).with("Vary", "Accept-Encoding"), headers),
                form(
                        tag + "-gzip",
                        Reply.text(mediaType, smaller)
                                .with("Vary", "Accept-Encoding")
                                .with("Content-Encoding", "gzip"),
                        headers));
    }

    private static Form form(String tag, Reply content, Map<String, String> headers) {
        Reply whole = content.with("ETag", EntityTags.quoted(tag)).with("X-Content-Type-Options", "nosniff");
        for (Map.Entry<String, String> header : headers.entrySet()) {
            whole = whole.with(header.getKey(), header.getValue());
        }
        return new Form(tag, whole, whole.withoutBody(304));
    }

    /** What is answered to those who ask for it. */
    Reply reply(Call call) {
        Form zipped = gzipped;
        Form form = zipped != null && MediaTypes.acceptsGzip(call.header("Accept-Encoding")) ? zipped : plain;
        @Nullable Set<String> known = EntityTags.known(call.header("If-None-Match"));
        return known != null && known.contains(form.tag) ? form.unchanged : form.whole;
    }

    private static String tag(byte[] content) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(content);
            return Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(hash, TAG_BYTES));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256", e);
        }
    }

    private static byte[] gzip(byte[] content) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(content.length / 2 + 64);
        try (GZIPOutputStream zip = new GZIPOutputStream(out)) {
            zip.write(content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }
}
