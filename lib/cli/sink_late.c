/* Records that wait for the target of a reference to the end of their load. A
 * piece is the line's number, the lengths of source and text, then source, text
 * as it came (for --reject) and the canonical line. */
#include "cli/sink_impl.h"

struct head {
	uint64_t number;
	uint32_t source, text;
};

enum crm_status
crm_sink_late_keep(struct crm_sink *s, const struct crm_item *it,
    struct crm_err *err)
{
	struct head h = { it->line, (uint32_t)it->source.n,
		(uint32_t)it->text.n };
	crm_buf_clear(&s->tmp);
	crm_buf_add(&s->tmp, &h, sizeof(h));
	crm_buf_str(&s->tmp, it->source);
	crm_buf_str(&s->tmp, it->text);
	crm_buf_str(&s->tmp, it->rec.line);
	return crm_spool_add(&s->late, crm_buf_view(&s->tmp), err);
}

enum crm_status
crm_sink_late_next(struct crm_spool *from, struct crm_str *line,
    struct crm_str *source, uint64_t *number, struct crm_str *text,
    struct crm_err *err)
{
	struct crm_str piece;
	struct head h;
	enum crm_status st = crm_spool_next(from, &piece, err);
	if (st)
		return st;
	memcpy(&h, piece.p, sizeof(h));
	*number = h.number;
	*source = crm_str_sub(piece, sizeof(h), h.source);
	*text = crm_str_sub(piece, sizeof(h) + h.source, h.text);
	*line = crm_str_sub(piece, sizeof(h) + h.source + h.text, SIZE_MAX);
	return CRM_OK;
}
