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
import java.util.function.Supplier;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * A file as it is served: all its answers are made when it is first asked for, so that a start costs nothing, and a
 * request no reading, no hashing and no compressing. Its tag is strong and of its content alone, so that all nodes and
 * all restarts agree on it. Thread-safe.
 */
final class ServedFile {
    /** 128 bits: nobody meets another file of the same tag. */
    private static final int TAG_BYTES = 16;

    private final Supplier<Forms> maker;
    private volatile @Nullable Forms forms;

    /** Both forms of the content; null: compressed it would not be smaller. */
    private record Forms(Form plain, @Nullable Form gzipped) {}

    /** One form of the content (RFC 9110 §8.8.3.3: each has a tag of its own), and how it is answered. */
    private record Form(String tag, Reply whole, Reply unchanged) {}

    private ServedFile(Supplier<Forms> maker) {
        this.maker = maker;
    }

    /** @param text asked for once, or by several at the same time once each */
    static ServedFile ofText(String mediaType, Supplier<String> text, Map<String, String> headers) {
        return of(mediaType, () -> text.get().getBytes(StandardCharsets.UTF_8), headers);
    }

    /**
     * Of bytes.
     *
     * @param content asked for once, or by several at the same time once each
     * @param headers of every answer, {@code Cache-Control} among them
     */
    static ServedFile of(String mediaType, Supplier<byte[]> content, Map<String, String> headers) {
        return new ServedFile(() -> forms(mediaType, content.get(), headers));
    }

    private static Forms forms(String mediaType, byte[] content, Map<String, String> headers) {
        String tag = tag(content);
        byte[] smaller = gzip(content);
        if (smaller.length >= content.length) {
            return new Forms(form(tag, Reply.text(mediaType, content), headers), null);
        }
        return new Forms(
                form(tag, Reply.text(mediaType, content).with("Vary", "Accept-Encoding"), headers),
                form(
                        tag + "-gzip",
                        Reply.text(mediaType, smaller)
                                .with("Vary", "Accept-Encoding")
                                .with("Content-Encoding", "gzip"),
                        headers));
    }

    private static Form form(String tag, Reply content, Map<String, String> headers) {
        Reply whole = content.with("ETag", EntityTags.quoted(tag));
        for (Map.Entry<String, String> header : headers.entrySet()) {
            whole = whole.with(header.getKey(), header.getValue());
        }
        return new Form(tag, whole, whole.withoutBody(304));
    }

    /** What is answered to those who ask for it. */
    Reply reply(Call call) {
        Forms made = forms;
        if (made == null) {
            made = maker.get();
            forms = made;
        }
        Form zipped = made.gzipped;
        Form form = zipped != null && MediaTypes.acceptsGzip(call.header("Accept-Encoding")) ? zipped : made.plain;
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
