#include "format/csv.h"

char
crm_csv_sniff(struct crm_str line)
{
	static const char marks[] = ",;\t|";
	size_t count[4] = { 0 }, best = 0;
	bool inside = false;
	for (size_t i = 0; i < line.n; i++) {
		if (line.p[i] == '"')
			inside = !inside;
		const char *m = inside || !line.p[i] ? NULL :
		    strchr(marks, line.p[i]);
		if (m)
			count[m - marks]++;
	}
	for (size_t i = 1; i < 4; i++)
		if (count[i] > count[best])
			best = i;
	return marks[best];
}

bool
crm_csv_needs_quotes(struct crm_str cell, char delimiter)
{
	for (size_t i = 0; i < cell.n; i++) {
		char c = cell.p[i];
		if (c == delimiter || c == '"' || c == '\n' || c == '\r')
			return true;
	}
	return false;
}

static void
put_quoted(struct crm_buf *b, struct crm_str s)
{
	crm_buf_c(b, '"');
	size_t q;
	while ((q = crm_str_chr(s, '"')) < s.n) {
		crm_buf_add(b, s.p, q + 1);
		crm_buf_c(b, '"');
		s = crm_str_sub(s, q + 1, s.n);
	}
	crm_buf_str(b, s);
	crm_buf_c(b, '"');
}

void
crm_csv_put_as(struct crm_buf *b, struct crm_str cell, char delimiter,
    bool quoted)
{
	if (quoted || crm_csv_needs_quotes(cell, delimiter))
		put_quoted(b, cell);
	else
		crm_buf_str(b, cell);
}

void
crm_csv_put(struct crm_buf *b, struct crm_str cell, char delimiter,
    enum crm_csv_quoting quoting)
{
	crm_csv_put_as(b, cell, delimiter, quoting == CRM_CSV_ALL ||
	    (quoting == CRM_CSV_FILLED && cell.n));
}

/* What follows apostrophes, for the round trip of text that has some. */
static struct crm_str
skip_apostrophes(struct crm_str s)
{
	while (s.n && *s.p == '\'')
		s = crm_str_sub(s, 1, s.n);
	return s;
}

/* Digits with at most one decimal mark. */
static bool
is_number(struct crm_str s)
{
	size_t digits = 0, marks = 0;
	for (size_t i = 0; i < s.n; i++) {
		digits += s.p[i] >= '0' && s.p[i] <= '9';
		marks += s.p[i] == '.' || s.p[i] == ',';
	}
	return digits && marks <= 1 && digits + marks == s.n;
}

bool
crm_csv_is_formula(struct crm_str s)
{
	if (s.n && (*s.p == '\t' || *s.p == '\r' || *s.p == '\n'))
		return true;
	while (s.n && *s.p == ' ')
		s = crm_str_sub(s, 1, s.n);
	if (s.n == 0)
		return false;
	if (*s.p == '-' && is_number(crm_str_sub(s, 1, s.n)))
		return false;
	if (strchr("=+-@\t\r\n", *s.p))
		return *s.p != '\0';
	/* full-width = + - @: U+FF1D U+FF0B U+FF0D U+FF20 */
	return crm_str_starts(s, CRM_STR("\xef\xbc\x9d")) ||
	    crm_str_starts(s, CRM_STR("\xef\xbc\x8b")) ||
	    crm_str_starts(s, CRM_STR("\xef\xbc\x8d")) ||
	    crm_str_starts(s, CRM_STR("\xef\xbc\xa0"));
}

void
crm_csv_defuse(struct crm_buf *b, struct crm_str cell)
{
	if (crm_csv_is_formula(skip_apostrophes(cell)))
		crm_buf_c(b, '\'');
	crm_buf_str(b, cell);
}

struct crm_str
crm_csv_undefuse(struct crm_str cell)
{
	if (cell.n && *cell.p == '\'' &&
	    crm_csv_is_formula(skip_apostrophes(cell)))
		return crm_str_sub(cell, 1, cell.n);
	return cell;
}
