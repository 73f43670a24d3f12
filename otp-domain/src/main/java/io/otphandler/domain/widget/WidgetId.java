package io.otphandler.domain.widget;

import java.util.UUID;

/** The name of a widget. */
public record WidgetId(UUID value) {

    @Override
    public String toString() {
        return value.toString();
    }
}
