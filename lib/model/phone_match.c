/* The matcher: backtracking over programs of 16-bit words. The top four bits
 * are the operation:
 *   CLASS mask          one digit of the mask (bit d: digit d)
 *   REP min max, mask   min to max digits, as many as possible first
 *   SPLIT off, first    try on behind; where that fails, at off. first: the
 *                       digits a match behind can begin with (bit 10: or with
 *                       nothing), so that most tries end at once
 *   JUMP off, SAVE n, END (of the digits), MATCH
 * The programs are our own tables, their loops are bounded and the digits at
 * most some twenty, so recursion and time are bounded. */
#include "model/phone_meta.h"
#include "model/phone_data.inc"

enum { OP_CLASS, OP_REP, OP_SPLIT, OP_JUMP, OP_SAVE, OP_END };
enum { EMPTY = 0x400 };

static bool
in_mask(const struct phone_match *m, size_t at, unsigned mask)
{
	return at < m->digits.n && (mask >> (m->digits.p[at] - '0') & 1);
}

static bool run(const uint16_t *c, struct phone_match *m, size_t at);

static bool
run_rep(const uint16_t *c, struct phone_match *m, size_t at)
{
	size_t min = c[0] >> 6 & 63, max = c[0] & 63, n = 0;
	while (n < max && in_mask(m, at + n, c[1]))
		n++;
	for (; n >= min; n--) {
		if (run(c + 2, m, at + n))
			return true;
		if (n == 0)
			break;
	}
	return false;
}

static bool
run_save(const uint16_t *c, struct phone_match *m, size_t at)
{
	size_t slot = (c[0] & 0xfff) - 2, old = m->save[slot];
	m->save[slot] = at + 1;
	if (run(c + 1, m, at))
		return true;
	m->save[slot] = old;
	return false;
}

static bool
run(const uint16_t *c, struct phone_match *m, size_t at)
{
	for (;;) {
		switch (c[0] >> 12) {
		case OP_CLASS:
			if (!in_mask(m, at, c[0]))
				return false;
			at++;
			c++;
			break;
		case OP_REP:
			if ((c[0] >> 6 & 63) != (c[0] & 63))
				return run_rep(c, m, at);
			for (unsigned i = 0; i < (c[0] & 63u); i++)
				if (!in_mask(m, at++, c[1]))
					return false;
			c += 2;
			break;
		case OP_SPLIT:
			if (((c[1] & EMPTY) || in_mask(m, at, c[1])) &&
			    run(c + 2, m, at))
				return true;
			c += c[0] & 0xfff;
			break;
		case OP_JUMP:
			c += c[0] & 0xfff;
			break;
		case OP_SAVE:
			return run_save(c, m, at);
		case OP_END:
			if (at != m->digits.n)
				return false;
			c++;
			break;
		default:
			m->end = at;
			return !m->full || at == m->digits.n;
		}
	}
}

bool
phone_match(uint32_t program, struct phone_match *m)
{
	memset(m->save, 0, sizeof(m->save));
	return program && run(phone_code + program, m, 0);
}

bool
phone_match_full(uint32_t program, struct crm_str digits)
{
	struct phone_match m = { .digits = digits, .full = true };
	return phone_match(program, &m);
}

bool
phone_match_start(uint32_t program, struct crm_str digits, size_t *end)
{
	struct phone_match m = { .digits = digits };
	if (!phone_match(program, &m))
		return false;
	*end = m.end;
	return true;
}

const struct phone_region *
phone_region(struct crm_str id)
{
	size_t low = 0, high = CRM_LEN(phone_regions);
	while (low < high) {
		size_t mid = (low + high) / 2;
		int c = crm_str_cmp(crm_str_z(phone_regions[mid].id), id);
		if (c == 0 && id.n == 2)
			return &phone_regions[mid];
		if (phone_regions[mid].id[0] != '0' && c < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return NULL;
}

const struct phone_region *
phone_calling_region(int code, size_t i)
{
	size_t low = 0, high = CRM_LEN(phone_callings);
	while (low < high) {
		size_t mid = (low + high) / 2;
		const struct phone_calling *c = &phone_callings[mid];
		if (c->code == code)
			return i < c->n ?
			    &phone_regions[phone_members[c->first + i]] : NULL;
		if (c->code < code)
			low = mid + 1;
		else
			high = mid;
	}
	return NULL;
}

const struct phone_format *
phone_format_at(const struct phone_region *r, size_t i)
{
	return i < r->nformats ? &phone_formats[r->format + i] : NULL;
}

const char *
phone_text_at(uint32_t offset)
{
	return phone_text + offset;
}
