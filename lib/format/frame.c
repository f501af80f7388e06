#include "format/frame.h"

#include "base/utf8.h"

enum { HEAD_LINES = 40 };

static bool
is_rule(struct crm_str line)
{
	size_t dashes = 0;
	for (size_t i = 0; i < line.n; i++) {
		if (!strchr("-=+|", line.p[i]))
			return false;
		dashes += line.p[i] == '-' || line.p[i] == '=';
	}
	return dashes >= 3;
}

bool
crm_frame_row(struct crm_str line)
{
	return line.n > 2 && *line.p == '|' && line.p[line.n - 1] == '|' &&
	    !is_rule(line);
}

bool
crm_frame_sniff(struct crm_str text)
{
	struct crm_str line;
	bool rule = false, row = false;
	for (size_t i = 0; i < HEAD_LINES && text.n; i++) {
		size_t n = crm_str_chr(text, '\n');
		line = crm_str_sub(text, 0, n);
		text = crm_str_sub(text, n + 1, text.n);
		if (line.n && line.p[line.n - 1] == '\r')
			line.n--;
		bool now_row = crm_frame_row(line), now_rule = is_rule(line);
		if ((rule && now_row) || (row && now_rule))
			return true;
		row = now_row;
		rule = now_rule;
	}
	return false;
}

bool
crm_frame_split(struct crm_str *rest, struct crm_str *cell)
{
	if (rest->n < 2)
		return false;
	*rest = crm_str_sub(*rest, 1, rest->n);
	size_t n = crm_str_chr(*rest, '|');
	*cell = crm_str_sub(*rest, 0, n);
	*rest = crm_str_sub(*rest, n, rest->n);
	return true;
}

static size_t
characters(struct crm_str s)
{
	size_t n = 0;
	for (size_t i = 0; i < s.n; i++)
		n += (s.p[i] & 0xc0) != 0x80;
	return n;
}

void
crm_frame_style(struct crm_str padded, bool right, char out[16])
{
	size_t n = padded.n, before = 0, behind = 0;
	while (before < n && padded.p[before] == ' ')
		before++;
	while (behind < n - before && padded.p[n - 1 - behind] == ' ')
		behind++;
	size_t near = right ? behind : before;
	out[0] = '\0';
	if (near < 2 || before == n)
		snprintf(out, 16, "%s%zu%s", right ? "-" : "",
		    characters(padded) % 100000, near == 1 ? "+1" : "");
}

void
crm_frame_put(struct crm_buf *b, struct crm_str cell, struct crm_str style)
{
	bool left = style.n && *style.p == '-';
	size_t width = 0, i = left, near = 0;
	for (; i < style.n && style.p[i] >= '0' && style.p[i] <= '9'; i++)
		width = width * 10 + (size_t)(style.p[i] - '0');
	near = i < style.n && style.p[i] == '+';
	size_t used = characters(cell) + near;
	size_t fill = width > used ? width - used : 0;
	for (size_t k = 0; k < (left ? fill : near); k++)
		crm_buf_c(b, ' ');
	crm_buf_str(b, cell);
	for (size_t k = 0; k < (left ? near : fill); k++)
		crm_buf_c(b, ' ');
}
