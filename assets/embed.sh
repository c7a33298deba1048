#!/bin/sh
# Writes the assembly that carries files inside the binary: `embedded_files`, a table of { path, start, end }
# that ends with a NULL path (see src/base/files.c). Reads one file a line on stdin: its path in the binary, and
# behind a blank the file to take the bytes from when that is another one.
set -eu
awk '
BEGIN {
	print "\t.section .rodata"
}
NF {
	n++
	source = NF > 1 ? $2 : $1
	printf "n%d:\t.asciz \"%s\"\n\t.balign 16\n", n, $1
	printf "b%d:\t.incbin \"%s\"\ne%d:\t.byte 0\n", n, source, n
}
END {
	print "\t.section .data.rel.ro, \"aw\"\n\t.balign 8\n\t.globl embedded_files\nembedded_files:"
	for (i = 1; i <= n; i++)
		printf "\t.quad n%d, b%d, e%d\n", i, i, i
	print "\t.quad 0, 0, 0\n\t.section .note.GNU-stack, \"\", @progbits"
}'
