import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;

/**
 * Holds the bill of materials in the fat jar against the jar: every class that is not ours, and Swagger UI's script, comes
 * out of a part that is named there. Run with the fat jar on the class path, for its JSON parser, and with two arguments:
 * the fat jar, and Maven's local repository, where the parts are.
 */
public class Sbom {
    private static final String OURS = "io/otphandler/";

    public static void main(String[] arguments) throws Exception {
        Path repository = Path.of(arguments[1]);
        try (JarFile carried = new JarFile(arguments[0])) {
            String place = carried.getManifest().getMainAttributes().getValue("Sbom-Location");
            JsonNode bill = new ObjectMapper().readTree(read(carried, place));
            require(bill.path("bomFormat").asText().equals("CycloneDX"), "no CycloneDX");
            require(!bill.has("serialNumber") && !bill.path("metadata").has("timestamp"), "what differs from build to build");

            Set<String> classes = new TreeSet<>();
            carried.stream()
                    .map(JarEntry::getName)
                    .filter(name -> name.endsWith(".class") && !name.startsWith(OURS) && !name.contains("/" + OURS))
                    .forEach(classes::add);
            Set<String> unexplained = new TreeSet<>(classes);
            int parts = 0;
            boolean script = false;
            for (JsonNode part : bill.path("components")) {
                String group = part.path("group").asText();
                String name = part.path("name").asText();
                String version = part.path("version").asText();
                if (group.equals("io.otphandler")) {
                    continue;
                }
                Path file = repository.resolve(
                        Path.of(group.replace('.', '/'), name, version, name + "-" + version + ".jar"));
                require(Files.exists(file), "a part that Maven did not use: " + file);
                try (JarFile one = new JarFile(file.toFile())) {
                    Set<String> its = new HashSet<>();
                    one.stream().map(JarEntry::getName).filter(entry -> entry.endsWith(".class")).forEach(its::add);
                    if (name.equals("swagger-ui")) {
                        script = Arrays.equals(
                                read(carried, OURS + "adapter/http/docs/swagger-ui-bundle.js"),
                                read(one, "META-INF/resources/webjars/swagger-ui/" + version + "/swagger-ui-bundle.js"));
                    }
                    unexplained.removeAll(its);
                    parts++;
                }
            }
            require(!classes.isEmpty() && parts > 0, "nothing to compare");
            require(unexplained.isEmpty(), "classes of no part that is named: " + unexplained);
            require(script, "Swagger UI's script, of no part that is named");
            System.out.println("The bill of materials holds: " + parts + " parts for " + classes.size() + " classes.");
        }
    }

    private static byte[] read(JarFile jar, String name) throws Exception {
        JarEntry entry = name == null ? null : jar.getJarEntry(name);
        require(entry != null, "no " + name + " in " + jar.getName());
        try (InputStream in = jar.getInputStream(entry)) {
            return in.readAllBytes();
        }
    }

    private static void require(boolean condition, String otherwise) {
        if (!condition) {
            System.err.println("The bill of materials (SBOM) and the jar disagree: " + otherwise);
            System.exit(1);
        }
    }
}
