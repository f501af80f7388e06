#include "format/table.h"

#include "base/mem.h"
#include "base/utf8.h"

enum { GAP = 2, NARROWEST = 4 };

void
crm_table_release(struct crm_table *t)
{
	for (size_t i = 0; i < t->ncols; i++)
		free(t->col[i].title);
	free(t->col);
	free(t->cell);
	crm_buf_release(&t->text);
	*t = (struct crm_table){ 0 };
}

void
crm_table_column(struct crm_table *t, struct crm_str title,
    enum crm_align align)
{
	crm_grow(&t->col, &t->capcols, t->ncols + 1, sizeof(*t->col));
	t->col[t->ncols++] = (struct crm_table_column){
		.title = crm_strdup(title), .align = align };
}

void
crm_table_cell(struct crm_table *t, struct crm_str text)
{
	crm_grow(&t->cell, &t->capcells, t->ncells + 1, sizeof(*t->cell));
	/* The buffer may move: p holds the offset until it is printed. */
	t->cell[t->ncells++] = (struct crm_str){
		(const char *)(uintptr_t)t->text.n, text.n };
	crm_buf_str(&t->text, text);
}

struct crm_str
crm_table_at(const struct crm_table *t, size_t row, size_t column)
{
	const struct crm_str *c = &t->cell[row * t->ncols + column];
	return (struct crm_str){ t->text.p + (uintptr_t)c->p, c->n };
}

size_t
crm_table_rows(const struct crm_table *t)
{
	return t->ncols ? t->ncells / t->ncols : 0;
}

void
crm_table_forget(struct crm_table *t)
{
	t->ncells = 0;
	crm_buf_clear(&t->text);
}

bool
crm_table_is_number(struct crm_str s)
{
	size_t i = s.n && s.p[0] == '-';
	size_t from = i;
	while (i < s.n && s.p[i] >= '0' && s.p[i] <= '9')
		i++;
	if (i == from || (s.p[from] == '0' && i > from + 1))
		return false;
	if (i < s.n && s.p[i] == '.') {
		from = ++i;
		while (i < s.n && s.p[i] >= '0' && s.p[i] <= '9')
			i++;
		if (i == from)
			return false;
	}
	return i == s.n;
}

bool
crm_table_is_rtl(struct crm_str s)
{
	while (s.n) {
		size_t len;
		uint32_t c = crm_utf8_decode(s, &len);
		if (c >= 0x590) {
			enum crm_script k = crm_script_of(c);
			if (k == CRM_SCRIPT_HEBREW || k == CRM_SCRIPT_ARABIC)
				return true;
		}
		s = crm_str_sub(s, len, SIZE_MAX);
	}
	return false;
}

/* Columns s takes once it is escaped, without escaping plain ASCII. */
static size_t
safe_width(struct crm_str s, bool ascii, struct crm_buf *tmp)
{
	bool plain = true;
	for (size_t i = 0; i < s.n && plain; i++)
		plain = s.p[i] >= ' ' && s.p[i] <= '~';
	if (plain)
		return s.n;
	crm_buf_clear(tmp);
	crm_safe(tmp, s, ascii);
	return crm_width(crm_buf_view(tmp));
}

/* Takes columns from the widest ones until the table fits. */
static void
shrink(struct crm_table *t, size_t width)
{
	size_t total = t->ncols ? GAP * (t->ncols - 1) : 0;
	for (size_t i = 0; i < t->ncols; i++)
		total += t->col[i].width;
	while (total > width) {
		size_t w = 0;
		for (size_t i = 1; i < t->ncols; i++)
			if (t->col[i].width > t->col[w].width)
				w = i;
		if (t->col[w].width <= NARROWEST)
			return;
		t->col[w].width--;
		total--;
	}
}

void
crm_table_fix(struct crm_table *t, const struct crm_table_look *look)
{
	struct crm_buf tmp = { 0 };
	size_t rows = crm_table_rows(t);
	for (size_t c = 0; c < t->ncols; c++) {
		struct crm_table_column *k = &t->col[c];
		bool numbers = true, any = false;
		k->width = safe_width(crm_str_z(k->title), look->ascii, &tmp);
		for (size_t r = 0; r < rows; r++) {
			struct crm_str s = crm_table_at(t, r, c);
			size_t w = safe_width(s, look->ascii, &tmp);
			if (w > k->width)
				k->width = w;
			any |= s.n > 0;
			numbers &= s.n == 0 || crm_table_is_number(s);
		}
		k->right = k->align == CRM_ALIGN_RIGHT ||
		    (k->align == CRM_ALIGN_AUTO && any && numbers);
	}
	if (look->width)
		shrink(t, look->width);
	t->fixed = true;
	crm_buf_release(&tmp);
}

void
crm_table_drop_empty(struct crm_table *t, bool *kept)
{
	size_t rows = crm_table_rows(t), n = 0;
	for (size_t c = 0; c < t->ncols; c++) {
		kept[c] = c == 0;
		for (size_t r = 0; r < rows && !kept[c]; r++)
			kept[c] = crm_table_at(t, r, c).n > 0;
	}
	for (size_t i = 0; i < rows * t->ncols; i++)
		if (kept[i % t->ncols])
			t->cell[n++] = t->cell[i];
	t->ncells = n;
	n = 0;
	for (size_t c = 0; c < t->ncols; c++) {
		if (kept[c])
			t->col[n++] = t->col[c];
		else
			free(t->col[c].title);
	}
	t->ncols = n;
}

static void
pad(struct crm_buf *out, size_t n)
{
	while (n--)
		crm_buf_c(out, ' ');
}

/* One cell of a text table; the last column is not padded. */
static void
print_cell(const struct crm_table *t, size_t c, struct crm_str s,
    const struct crm_table_look *look, struct crm_buf *out)
{
	const struct crm_table_column *k = &t->col[c];
	struct crm_buf safe = { 0 };
	bool rtl = look->terminal && !look->ascii && crm_table_is_rtl(s);
	crm_safe(&safe, s, look->ascii);
	s = crm_buf_view(&safe);
	size_t w = crm_width(s);
	const char *cut = "";
	if (look->width && w > k->width) {
		cut = look->ascii ? "~" : "\u2026";
		s = crm_width_cut(s, k->width - 1);
		w = crm_width(s) + 1;
	}
	size_t fill = k->width > w ? k->width - w : 0;
	if (k->right)
		pad(out, fill);
	if (rtl)
		crm_buf_z(out, "\u2068");
	crm_buf_str(out, s);
	crm_buf_z(out, cut);
	if (rtl)
		crm_buf_z(out, "\u2069");
	if (!k->right && c + 1 < t->ncols)
		pad(out, fill);
	if (c + 1 < t->ncols)
		pad(out, GAP);
	crm_buf_release(&safe);
}

static void
trim_line(struct crm_buf *out, size_t from)
{
	while (out->n > from && out->p[out->n - 1] == ' ')
		out->n--;
	crm_buf_c(out, '\n');
}

static void
print_head(struct crm_table *t, const struct crm_table_look *look,
    struct crm_buf *out)
{
	crm_table_fix(t, look);
	if (look->color)
		crm_buf_z(out, "\033[1m");
	size_t from = out->n;
	for (size_t c = 0; c < t->ncols; c++)
		print_cell(t, c, crm_str_z(t->col[c].title), look, out);
	trim_line(out, from);
	if (look->color) {
		out->n--;
		crm_buf_z(out, "\033[0m\n");
	}
}

void
crm_table_text(struct crm_table *t, const struct crm_table_look *look,
    struct crm_buf *out)
{
	if (!t->fixed)
		print_head(t, look, out);
	size_t rows = crm_table_rows(t);
	for (size_t r = 0; r < rows; r++) {
		size_t from = out->n;
		for (size_t c = 0; c < t->ncols; c++)
			print_cell(t, c, crm_table_at(t, r, c), look, out);
		trim_line(out, from);
	}
	crm_table_forget(t);
}

/* GitHub's tables: a bar and a line end would end the cell. */
static void
markdown_cell(struct crm_buf *out, struct crm_str s)
{
	crm_buf_c(out, ' ');
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		if (c == '\n')
			crm_buf_z(out, "<br>");
		else if (c == '<')
			crm_buf_z(out, "&lt;");
		else if (c == '&')
			crm_buf_z(out, "&amp;");
		else if (strchr("|\\`*_[]", c) && c)
			crm_buf_printf(out, "\\%c", c);
		else if ((unsigned char)c >= ' ' && c != 127)
			crm_buf_c(out, c);
	}
	crm_buf_z(out, " |");
}

void
crm_table_markdown(struct crm_table *t, struct crm_buf *out)
{
	static const struct crm_table_look wide = { 0 };
	if (!t->fixed) {
		crm_table_fix(t, &wide);
		crm_buf_c(out, '|');
		for (size_t c = 0; c < t->ncols; c++)
			markdown_cell(out, crm_str_z(t->col[c].title));
		crm_buf_z(out, "\n|");
		for (size_t c = 0; c < t->ncols; c++)
			crm_buf_z(out, t->col[c].right ? " ---: |" : " --- |");
		crm_buf_c(out, '\n');
	}
	size_t rows = crm_table_rows(t);
	for (size_t r = 0; r < rows; r++) {
		crm_buf_c(out, '|');
		for (size_t c = 0; c < t->ncols; c++)
			markdown_cell(out, crm_table_at(t, r, c));
		crm_buf_c(out, '\n');
	}
	crm_table_forget(t);
}
