package org.remotepkcs11.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.LineMap;
import com.sun.source.tree.MethodTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreePathScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;

/** Tails kept short: no file over 500 lines, no method over 70. */
class SourceLimitsTest {
    private static final int FILE_LINES = 500;
    private static final int METHOD_LINES = 70;

    private static List<Path> sources() {
        return Repository.modules().stream()
                .flatMap(module -> Repository.filesBelow(module.resolve("src"), ".java").stream()).toList();
    }

    @Test
    void filesAreShort() throws IOException {
        List<String> tooLong = new ArrayList<>();
        for (Path source : sources()) {
            long lines = Files.readAllLines(source).size();
            if (lines > FILE_LINES) {
                tooLong.add(Repository.ROOT.relativize(source) + ": " + lines);
            }
        }
        assertThat(tooLong).isEmpty();
    }

    @Test
    void methodsAreShort() throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        List<String> tooLong = new ArrayList<>();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
            JavacTask task = (JavacTask) compiler.getTask(null, files, null, List.of(), null,
                    files.getJavaFileObjectsFromPaths(sources()));
            MethodLengths lengths = new MethodLengths(Trees.instance(task).getSourcePositions(), tooLong);
            task.parse().forEach(unit -> lengths.scan(unit, null));
        }
        assertThat(tooLong).isEmpty();
    }

    private static final class MethodLengths extends TreePathScanner<Void, Void> {
        private final SourcePositions positions;
        private final List<String> tooLong;

        MethodLengths(SourcePositions positions, List<String> tooLong) {
            this.positions = positions;
            this.tooLong = tooLong;
        }

        @Override
        public Void visitMethod(MethodTree method, Void unused) {
            CompilationUnitTree unit = getCurrentPath().getCompilationUnit();
            LineMap lines = unit.getLineMap();
            long end = positions.getEndPosition(unit, method);
            long start = positions.getStartPosition(unit, method);
            if (end >= 0 && lines.getLineNumber(end) - lines.getLineNumber(start) >= METHOD_LINES) {
                ClassTree type = (ClassTree) getCurrentPath().getParentPath().getLeaf();
                tooLong.add(type.getSimpleName() + "." + method.getName());
            }
            return super.visitMethod(method, unused);
        }
    }
}
