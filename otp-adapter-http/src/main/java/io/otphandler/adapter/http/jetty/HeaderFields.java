package io.otphandler.adapter.http.jetty;

import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpHeaderValue;
import org.eclipse.jetty.http.PreEncodedHttpField;

/** How Jetty prepares the header fields that are always the same. Stateless. */
public final class HeaderFields {
    private HeaderFields() {}

    /**
     * Has them prepared for HTTP/1.1 alone. Jetty prepares them for every version that it finds, and so would load the
     * header compression of HTTP/2 at each start, also where nobody can speak it. Holds for the whole process, for good;
     * to be called before any server is made, and only where none is going to speak HTTP/2.
     */
    public static void forHttp1Alone() {
        Thread thread = Thread.currentThread();
        ClassLoader usual = thread.getContextClassLoader();
        // Jetty looks for versions there, and finds none; HTTP/1.1 it knows in any case
        thread.setContextClassLoader(ClassLoader.getPlatformClassLoader());
        try {
            new PreEncodedHttpField(HttpHeader.CONNECTION, HttpHeaderValue.CLOSE.asString());
        } finally {
            thread.setContextClassLoader(usual);
        }
    }
}
