package io.otphandler.bootstrap.settings;

import java.util.List;
import java.util.stream.Collectors;

/** A configuration that cannot be used, with all that is wrong with it. */
public final class FaultySettingsException extends Exception {

    private static final long serialVersionUID = 1;

    private final transient List<Fault> faults;

    public FaultySettingsException(List<Fault> faults) {
        super(faults.stream()
                .map(fault -> "  " + fault)
                .collect(Collectors.joining(
                        "\n",
                        "The configuration has " + faults.size() + (faults.size() == 1 ? " fault:\n" : " faults:\n"),
                        "")));
        this.faults = List.copyOf(faults);
    }

    public List<Fault> faults() {
        return faults;
    }
}
