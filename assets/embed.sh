#!/bin/sh
# Writes the assembly that carries the given files inside the binary: `embedded_files`, a table
# of { path, start, end } that ends with a NULL path (see src/base/files.c).
set -eu
echo '	.section .rodata'
i=0
for file in "$@"; do
	i=$((i + 1))
	printf 'n%d:	.asciz "%s"\n	.balign 16\nb%d:	.incbin "%s"\ne%d:	.byte 0\n' \
		"$i" "$file" "$i" "$file" "$i"
done
printf '	.section .data.rel.ro, "aw"\n	.balign 8\n	.globl embedded_files\nembedded_files:\n'
n=$i
i=0
while [ "$i" -lt "$n" ]; do
	i=$((i + 1))
	printf '	.quad n%d, b%d, e%d\n' "$i" "$i" "$i"
done
printf '	.quad 0, 0, 0\n	.section .note.GNU-stack, "", @progbits\n'
