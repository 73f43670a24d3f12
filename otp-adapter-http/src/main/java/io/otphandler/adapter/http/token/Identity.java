package io.otphandler.adapter.http.token;

import io.otphandler.domain.widget.AccountId;
import io.otphandler.domain.widget.WidgetId;
import java.util.Collections;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who is calling, as their token says.
 *
 * @param tokenId the token's {@code jti}; empty: it has none, or one that nobody could write down
 * @param widgets the only widgets that the token is good for; null: all of the account's
 */
public record Identity(
        AccountId account,
        Optional<String> tokenId,
        Set<Scope> scopes,
        @Nullable Set<WidgetId> widgets) {

    public Identity {
        scopes = Set.copyOf(scopes);
        widgets = widgets == null ? null : Set.copyOf(widgets);
    }

    /** Whether one of these scopes is the token's. */
    public boolean hasAnyOf(Set<Scope> wanted) {
        return !Collections.disjoint(scopes, wanted);
    }

    public boolean isFor(WidgetId widget) {
        return widgets == null || widgets.contains(widget);
    }
}
