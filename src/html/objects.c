/* objects: pictures, drawings and text boxes. A picture is shown only when it is a PNG or JPEG file
 * by its own first bytes; everything else, SVG and EMF first of all, is named and not shown. */
#include "html/int.h"

enum { IMAGE_MAX = 2 * 1024 * 1024, IMAGES_MAX = 24 * 1024 * 1024 };
enum { EMU_PER_PIXEL = 9525 };

typedef struct Picture {
    Str name, description, kind, rel;
    int64_t width, height; /* EMU */
} Picture;

static void add_box(Page *page, const XmlNode *n) {
    page->boxes = arena_grow(page->arena, page->boxes, page->box_count, &page->box_cap,
                             page->box_count + 1, sizeof *page->boxes);
    page->boxes[page->box_count++] = n;
    write_markup(page, S("<span class=\"tok\">text box</span>"));
}

static void read_picture(Picture *picture, const XmlNode *n) {
    int64_t x = 0, y = 0;
    switch (n->name) {
    case WP_docPr:
        picture->name = xml_attr(n, N_name);
        picture->description = xml_attr(n, N_descr);
        return;
    case WP_extent:
        if (str_to_int(xml_attr(n, N_cx), &x) && str_to_int(xml_attr(n, N_cy), &y)) {
            picture->width = x;
            picture->height = y;
        }
        return;
    case A_blip:
        picture->kind = S("image");
        picture->rel = xml_attr(n, R_embed);
        return;
    case V_imagedata:
        picture->kind = S("image");
        picture->rel = xml_attr(n, R_id);
        if (picture->name.len == 0) picture->name = xml_attr(n, O_title);
        return;
    case C_chart: picture->kind = S("chart"); return;
    case O_OLEObject:
        picture->kind = S("embedded object");
        picture->name = xml_attr(n, O_ProgID);
        if (picture->name.len == 0) picture->name = xml_attr(n, N_ProgID);
        return;
    default: return;
    }
}

static const char *image_type(Str bytes) {
    if (str_starts(bytes, S("\x89PNG\r\n\x1a\n"))) return "image/png";
    if (str_starts(bytes, S("\xff\xd8\xff"))) return "image/jpeg";
    return NULL;
}

static void put_alt(Buf *out, const Picture *picture) {
    html_attr(out, picture->description.len > 0 ? picture->description
                   : picture->name.len > 0      ? picture->name
                                                : picture->kind);
}

/* False when it is no picture that may be shown. */
static bool write_image(Page *page, const Picture *picture) {
    const DocxRel *rel = page->part ? docx_find_rel(page->part, picture->rel) : NULL;
    Str bytes = {NULL, 0};
    PxErr err = {0};
    if (!rel || rel->external || !rel->part || !rel->part->entry ||
        rel->part->entry->size > IMAGE_MAX ||
        page->image_bytes + rel->part->entry->size > IMAGES_MAX ||
        !docx_part_bytes(page->package, rel->part, &bytes, &err)) {
        return false;
    }
    const char *type = image_type(bytes);
    if (!type) return false;
    page->image_bytes += bytes.len;
    Buf b = buf_new(page->arena);
    buf_add(&b, S("<img alt=\""));
    put_alt(&b, picture);
    buf_byte(&b, '"');
    const int64_t pixels = picture->width / EMU_PER_PIXEL;
    if (pixels > 0 && pixels < 4000) buf_format(&b, " width=\"%d\"", (int)pixels);
    buf_add(&b, S(" src=\"data:"));
    buf_add(&b, str_from_z(type));
    buf_add(&b, S(";base64,"));
    html_base64(&b, bytes);
    buf_add(&b, S("\">"));
    write_markup(page, buf_str(&b));
    return true;
}

static void write_caption(Page *page, const Picture *picture) {
    Buf b = buf_new(page->arena);
    buf_add(&b, S("<span class=\"tok\">"));
    html_text(&b, picture->kind);
    if (picture->name.len > 0) {
        buf_add(&b, S(": <bdi>"));
        html_text(&b, picture->name);
        buf_add(&b, S("</bdi>"));
    }
    if (picture->description.len > 0) {
        buf_add(&b, S(" (<bdi>"));
        html_text(&b, picture->description);
        buf_add(&b, S("</bdi>)"));
    }
    buf_add(&b, S("</span>"));
    write_markup(page, buf_str(&b));
}

void write_drawing(Page *page, const XmlNode *root) {
    Picture picture = {.kind = S("drawing")};
    bool has_box = false;
    for (const XmlNode *n = xml_next(root, root); n;) {
        const bool other = n->name == MC_Fallback && xml_child(n->parent, MC_Choice);
        if (n->name == W_txbxContent) {
            add_box(page, n);
            has_box = true;
        }
        read_picture(&picture, n);
        const bool skip = other || n->name == W_txbxContent;
        n = skip ? xml_skip(n, root) : xml_next(n, root);
    }
    if (picture.rel.len > 0 && write_image(page, &picture)) return;
    if (!has_box || picture.rel.len > 0) write_caption(page, &picture);
}
