/* Tables drawn with bars (format/frame.h): how their columns are padded is
 * learnt from the sample, and of a row only what is padded otherwise is kept. */
#include "model/mapper.h"

#include "format/frame.h"

static bool
would_be(struct crm_str padded, struct crm_str style)
{
	struct crm_buf b = { 0 };
	crm_frame_put(&b, crm_str_trim(padded), style);
	bool same = crm_str_eq(crm_buf_view(&b), padded);
	crm_buf_release(&b);
	return same;
}

/* The nth cell of a row as it stands in its line. */
static struct crm_str
padded_cell(struct crm_str line, size_t n)
{
	struct crm_str cell = { NULL, 0 };
	for (size_t i = 0; i <= n; i++)
		if (!crm_frame_split(&line, &cell))
			return (struct crm_str){ NULL, 0 };
	return cell;
}

static void
learn_column(struct crm_mapper *m, size_t col, const struct crm_csv_row *rows,
    size_t n)
{
	struct crm_binding *b = &m->layout.bind[col];
	size_t best = 0;
	for (size_t i = 0; i < 2 * n && best < n; i++) {
		char style[16];
		crm_frame_style(padded_cell(rows[i / 2].bytes, col), i % 2,
		    style);
		size_t good = 0;
		for (size_t k = 0; *style && k < n; k++)
			good += would_be(padded_cell(rows[k].bytes, col),
			    crm_str_z(style));
		if (good <= best)
			continue;
		best = good;
		b->pad = crm_arena_str(&m->mem, crm_str_z(style));
	}
}

void
crm_mapper_frame_learn(struct crm_mapper *m, struct crm_str header,
    const struct crm_csv_row *rows, size_t n)
{
	m->layout.frame = crm_arena_str(&m->mem, header);
	/* a few rows say it: the columns are all of one width */
	for (size_t i = 0; i < m->layout.n; i++)
		learn_column(m, i, rows, n < 20 ? n : 20);
}

void
crm_mapper_frame_text(const struct crm_mapper *m, struct crm_buf *b)
{
	crm_json_add_str(b, "fh", m->layout.frame);
	crm_json_key(b, "f");
	crm_buf_c(b, '[');
	for (size_t i = 0; i < m->layout.n; i++) {
		crm_json_comma(b);
		crm_json_quote(b, m->layout.bind[i].pad);
	}
	crm_buf_c(b, ']');
}

void
crm_mapper_frame_read(struct crm_mapper *m, struct crm_str list)
{
	struct crm_json_iter it = crm_json_iter(list);
	struct crm_str key, val;
	struct crm_buf b = { 0 };
	for (size_t i = 0; i < m->layout.n && crm_json_next(&it, &key, &val);
	    i++) {
		crm_buf_clear(&b);
		crm_json_text(&b, val);
		m->layout.bind[i].pad = crm_arena_str(&m->mem,
		    crm_buf_view(&b));
	}
	crm_buf_release(&b);
}

void
crm_mapper_frame_except(const struct crm_mapper *m, struct crm_str line,
    struct crm_buf *b)
{
	struct crm_str rest = line, cell;
	size_t some = 0;
	for (size_t i = 0; i < m->layout.n && crm_frame_split(&rest, &cell);
	    i++) {
		if (would_be(cell, m->layout.bind[i].pad))
			continue;
		crm_buf_printf(b, some++ ? ",\"%zu\":" : ",\"w\":{\"%zu\":",
		    i);
		crm_json_quote(b, cell);
	}
	crm_buf_z(b, some ? "}" : "");
}

/* The cell as its row had it, where it still says the same. */
static bool
put_kept(struct crm_str kept, size_t i, struct crm_str cell,
    struct crm_buf *out)
{
	char key[24];
	struct crm_str val;
	struct crm_buf b = { 0 };
	snprintf(key, sizeof(key), "%zu", i);
	if (!kept.n || !crm_json_get(kept, crm_str_z(key), &val))
		return false;
	crm_json_text(&b, val);
	bool same = crm_str_eq(crm_str_trim(crm_buf_view(&b)), cell);
	if (same)
		crm_buf_str(out, crm_buf_view(&b));
	crm_buf_release(&b);
	return same;
}

void
crm_mapper_frame_row(struct crm_mapper *m, struct crm_str exceptions,
    struct crm_buf *out)
{
	struct crm_str kept = { NULL, 0 };
	if (exceptions.n)
		(void)crm_json_get(exceptions, CRM_STR("w"), &kept);
	for (size_t i = 0; i < m->layout.n; i++) {
		struct crm_str cell = crm_mapper_cell(m, i);
		crm_buf_c(out, '|');
		if (put_kept(kept, i, cell, out))
			continue;
		/* a bar or a line end would tear the row */
		struct crm_buf safe = { 0 };
		crm_buf_str(&safe, cell);
		for (size_t k = 0; k < safe.n; k++)
			if (strchr("|\r\n", safe.p[k]))
				safe.p[k] = ' ';
		crm_frame_put(out, crm_buf_view(&safe), m->layout.bind[i].pad);
		crm_buf_release(&safe);
	}
	crm_buf_c(out, '|');
}
