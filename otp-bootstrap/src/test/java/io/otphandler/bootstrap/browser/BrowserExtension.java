package io.otphandler.bootstrap.browser;

import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.LifecycleMethodExecutionExceptionHandler;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.opentest4j.TestAbortedException;

/** What {@link BrowserTest} promises. The browser is closed with the class's store, whatever happens. */
final class BrowserExtension
        implements ExecutionCondition,
                BeforeAllCallback,
                BeforeEachCallback,
                AfterTestExecutionCallback,
                LifecycleMethodExecutionExceptionHandler,
                ParameterResolver {

    private static final ExtensionContext.Namespace OURS = ExtensionContext.Namespace.create(BrowserExtension.class);
    private static final AtomicBoolean TOLD = new AtomicBoolean();

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        Installation.Search search = Installation.search();
        if (search.found().isPresent() || Installation.required()) {
            return ConditionEvaluationResult.enabled("There is a browser, or there must be");
        }
        if (TOLD.compareAndSet(false, true)) {
            // JUnit's reason for skipping does not come up in Maven's output
            System.out.println("Browser tests are SKIPPED: " + search.missing() + ".");
        }
        return ConditionEvaluationResult.disabled(search.missing());
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        Installation.Search search = Installation.search();
        Installation installation = search.found()
                .orElseThrow(() -> new IllegalStateException(
                        "OTP_BROWSER_REQUIRED is true, and there is no browser: " + search.missing()));
        // a nested class finds that of the class around it
        context.getStore(OURS).computeIfAbsent(Browser.class, key -> Browser.start(installation), Browser.class);
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        Browser.forgetEvidence(evidence(context));
        browser(context).renew();
    }

    @Override
    public void afterTestExecution(ExtensionContext context) {
        Throwable failure = context.getExecutionException().orElse(null);
        if (failure == null) {
            try {
                browser(context).assertConsoleIsClean();
            } catch (AssertionError e) {
                keep(context, e);
                throw e;
            }
        } else {
            keep(context, failure);
        }
    }

    @Override
    public void handleBeforeEachMethodExecutionException(ExtensionContext context, Throwable failure) throws Throwable {
        keep(context, failure);
        throw failure;
    }

    private static void keep(ExtensionContext context, Throwable failure) {
        if (failure instanceof TestAbortedException) {
            return;
        }
        try {
            browser(context).keepEvidence(evidence(context));
        } catch (RuntimeException e) {
            // what failed matters more than that it could not be photographed
            failure.addSuppressed(e);
        }
    }

    /** The name of the files about a failure. */
    private static String evidence(ExtensionContext context) {
        String method = context.getRequiredTestMethod().getName();
        String row = context.getDisplayName().startsWith(method) ? "" : "-" + context.getDisplayName();
        return (context.getRequiredTestClass().getSimpleName() + "-" + method + row + "-FAILED")
                .replaceAll("[^\\p{L}\\p{N}-]+", "_");
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == Browser.class;
    }

    @Override
    public Browser resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return browser(context);
    }

    private static Browser browser(ExtensionContext context) {
        return context.getStore(OURS).get(Browser.class, Browser.class);
    }
}
