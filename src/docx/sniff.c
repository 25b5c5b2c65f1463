/* sniff: what a file is that is no zip archive, so that a refusal can say so. People send what they
 * have; "the file is no zip archive" helps nobody whose Word document is encrypted. */
#include "docx/int.h"

typedef struct Signature {
    Str begins;
    const char *words;
} Signature;

static const Signature signatures[] = {
    {S("{\\rtf"), "the file is a rich text (RTF) file, not a .docx file"},
    {S("%PDF"), "the file is a PDF file, not a .docx file"},
    {S("Rar!"), "the file is a RAR archive, not a .docx file"},
    {S("7z\xbc\xaf"), "the file is a 7-Zip archive, not a .docx file"},
    {S("\x1f\x8b"), "the file is a gzip archive, not a .docx file"},
    {S("\xdb\xa5-"), "the file is a document of Word 2 or older, not a .docx file"},
};

/* Whether ASCII text stands in bytes as UTF-16, as names in an OLE2 file do. */
static bool has_wide(Str bytes, Str text) {
    char wide[64];
    check(2 * text.len <= (ptrdiff_t)sizeof wide);
    for (ptrdiff_t i = 0; i < text.len; i++) {
        wide[2 * i] = text.ptr[i];
        wide[2 * i + 1] = 0;
    }
    return str_find(bytes, (Str){wide, 2 * text.len}) >= 0;
}

static const char *sniff_ole(Str bytes) {
    if (has_wide(bytes, S("EncryptedPackage"))) {
        return "the file is encrypted with a password: save it without one";
    }
    if (has_wide(bytes, S("WordDocument"))) {
        return "the file is an old .doc file, not a .docx file: save it as .docx";
    }
    if (has_wide(bytes, S("Workbook"))) return "the file is an old Excel workbook (.xls)";
    if (has_wide(bytes, S("PowerPoint Document"))) {
        return "the file is an old PowerPoint presentation (.ppt)";
    }
    return "the file is an OLE2 file (encrypted or old Office), not a .docx file";
}

static const char *sniff_markup(Str bytes) {
    if (str_starts(bytes, S("\xef\xbb\xbf"))) bytes = str_slice(bytes, 3, bytes.len);
    bytes = str_trim(bytes);
    if (!str_starts(bytes, S("<"))) return NULL;
    const Str head = {bytes.ptr, bytes.len < 4096 ? bytes.len : 4096};
    if (str_find(head, S("schemas.microsoft.com/office/2006/xmlPackage")) >= 0) {
        return "the file is a Word document in flat XML form: save it as .docx";
    }
    if (str_find(head, S("schemas.microsoft.com/office/word/2003/wordml")) >= 0) {
        return "the file is a Word 2003 XML document: save it as .docx";
    }
    if (str_find(head, S("urn:oasis:names:tc:opendocument")) >= 0) {
        return "the file is a flat OpenDocument file, not a .docx file";
    }
    if (str_find(head, S("<html")) >= 0 || str_find(head, S("<HTML")) >= 0) {
        return "the file is a web page (HTML), not a .docx file";
    }
    return "the file is an XML or HTML file, not a .docx file";
}

bool sniff(Str bytes, Str file_name, PxErr *err) {
    if (str_starts(bytes, S("PK"))) return true;
    const char *words = NULL;
    if (str_starts(bytes, S("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"))) words = sniff_ole(bytes);
    for (size_t i = 0; i < sizeof signatures / sizeof *signatures; i++) {
        if (str_starts(bytes, signatures[i].begins)) words = signatures[i].words;
    }
    if (!words) words = sniff_markup(bytes);
    if (!words) return true; /* zip says what is wrong */
    return fail(err, PX_ERR_UNSUPPORTED, file_name, -1, "%s", words);
}
