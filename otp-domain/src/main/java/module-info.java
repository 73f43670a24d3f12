/** The rules of phone and e-mail verification: pure, without any dependency, clock, chance or I/O. */
module io.otphandler.domain {
    requires static org.jspecify;
    requires static com.google.errorprone.annotations;

    exports io.otphandler.domain.channel;
    exports io.otphandler.domain.code;
    exports io.otphandler.domain.guard;
    exports io.otphandler.domain.limit;
    exports io.otphandler.domain.recipient;
    exports io.otphandler.domain.session;
    exports io.otphandler.domain.widget;
}
