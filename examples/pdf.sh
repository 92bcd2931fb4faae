#!/bin/sh
# Signs a PDF file with PDFBox and shows what poppler's pdfsig says of it: pdf.sh IN.pdf OUT.pdf ALIAS
set -eu
here=$(CDPATH='' cd "$(dirname "$0")" && pwd -P)
"$here/java.sh" SignPdf "$3" "$1" "$2"
pdfsig -nocert "$2"
