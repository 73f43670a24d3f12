package io.otphandler.adapter.jdbi;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What was acknowledged and is not in the tables yet: files beside the database, numbered, to which is only ever
 * appended. Once {@link #append} returns, a kill of the process loses nothing of it: the operating system has it. Nothing
 * waits for the disk. Used by one thread at a time.
 *
 * <p>A file begins with a header: which lineage it belongs to (a number that the database is given anew at each start),
 * its own number, and the columns that its rows have. There is none while there is nothing to keep.
 */
final class Journal {

    private static final Logger log = LoggerFactory.getLogger(Journal.class);

    static final int FORMAT = 1;

    private static final String DATABASE = ".mv.db";
    private static final String INFIX = ".journal.";

    private final Path folder;
    private final String prefix;
    private final Records header = new Records();
    private UUID lineage = new UUID(0, 0);
    private int number;
    private @Nullable RandomAccessFile file;
    private long length;

    /** @param database its file, whose name ends in {@code .mv.db} */
    Journal(Path database) {
        String name = String.valueOf(database.getFileName());
        this.folder = database.resolveSibling("");
        this.prefix = name.substring(0, name.length() - DATABASE.length()) + INFIX;
    }

    /** Appends from now on to files of that lineage, from the number on. */
    void begin(UUID of, int first) {
        lineage = of;
        number = first;
    }

    UUID lineage() {
        return lineage;
    }

    /** Keeps a block: all of it or, if it throws, nothing. */
    void append(Records records) throws IOException {
        RandomAccessFile to = file == null ? create() : file;
        try {
            to.write(records.block(), 0, records.length());
            length += records.length();
        } catch (IOException e) {
            try {
                to.setLength(length);
                to.seek(length);
            } catch (IOException again) {
                // what is behind the last whole block is never read; but nothing may come behind it either
                e.addSuppressed(again);
                rotate();
            }
            throw e;
        }
    }

    private RandomAccessFile create() throws IOException {
        header.clear();
        header.begin(Records.HEADER);
        header.number(FORMAT);
        header.uuid(lineage);
        header.number(number);
        header.text(SessionRow.NEW);
        header.text(SessionRow.CHANGED);
        header.end();
        RandomAccessFile created = new RandomAccessFile(path(number).toFile(), "rw");
        try {
            created.setLength(0);
            created.write(header.block(), 0, header.length());
        } catch (IOException e) {
            created.close();
            throw e;
        }
        length = header.length();
        file = created;
        return created;
    }

    /**
     * Goes on in a new file.
     *
     * @return the number of the one until now
     */
    @CanIgnoreReturnValue
    int rotate() {
        RandomAccessFile current = file;
        file = null;
        if (current != null) {
            try {
                current.close();
            } catch (IOException e) {
                log.debug("A journal could not be closed", e);
            }
        }
        return number++;
    }

    /** Forgets a file, if there is one of that number. */
    void delete(int which) throws IOException {
        Files.deleteIfExists(path(which));
    }

    /** Those that there are, in their order. */
    List<Integer> numbers() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(path -> String.valueOf(path.getFileName()))
                    .filter(name -> name.startsWith(prefix))
                    .map(name -> name.substring(prefix.length()))
                    .filter(rest -> rest.matches("[0-9]{1,9}"))
                    .map(Integer::valueOf)
                    .sorted()
                    .toList();
        } catch (NoSuchFileException e) {
            return List.of();
        }
    }

    /** All of a file. */
    ByteBuffer read(int which) throws IOException {
        return ByteBuffer.wrap(Files.readAllBytes(path(which)));
    }

    Path path(int which) {
        return folder.resolve(prefix + which);
    }
}
