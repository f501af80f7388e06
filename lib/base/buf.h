/* A growable byte buffer with a maximum. Going over the maximum sets `over`,
 * drops what did not fit and goes on, so that a chain of appends is checked
 * once. A zeroed buffer is valid, empty and has no maximum (max 0). */
#ifndef CRM_BUF_H
#define CRM_BUF_H

#include "base/base.h"

struct crm_buf {
	char *p;
	size_t n, cap;
	size_t max;	/* 0: none */
	bool over;	/* something did not fit */
};

#define CRM_BUF_MAX(m) ((struct crm_buf){ .max = (m) })

void crm_buf_release(struct crm_buf *b);
/* Makes room for n more bytes and returns where they go (b->n is unchanged),
 * or NULL when that would pass the maximum. */
char *crm_buf_room(struct crm_buf *b, size_t n);
void crm_buf_add(struct crm_buf *b, const void *p, size_t n);
void crm_buf_printf(struct crm_buf *b, const char *fmt, ...) CRM_PRINTF(2, 3);
void crm_buf_vprintf(struct crm_buf *b, const char *fmt, va_list ap)
    CRM_PRINTF(2, 0);
void crm_buf_u64(struct crm_buf *b, uint64_t v);	/* decimal */
/* A NUL behind the content (not counted in n); the pointer is the buffer's. */
const char *crm_buf_cstr(struct crm_buf *b);
/* Hands the content over (NUL-terminated, caller frees) and empties b. */
char *crm_buf_detach(struct crm_buf *b, size_t *n) CRM_MUST;
/* Appends all of a file; 0, or -1 with errno (EFBIG: over the maximum). */
int crm_buf_read_file(struct crm_buf *b, const char *path) CRM_MUST;
int crm_buf_read_fd(struct crm_buf *b, int fd) CRM_MUST;

static inline void
crm_buf_clear(struct crm_buf *b)
{
	b->n = 0;
	b->over = false;
}

static inline void
crm_buf_str(struct crm_buf *b, struct crm_str s)
{
	crm_buf_add(b, s.p, s.n);
}

static inline void
crm_buf_z(struct crm_buf *b, const char *z)
{
	crm_buf_add(b, z, strlen(z));
}

static inline void
crm_buf_c(struct crm_buf *b, char c)
{
	if (b->n < b->cap)
		b->p[b->n++] = c;
	else
		crm_buf_add(b, &c, 1);
}

static inline struct crm_str
crm_buf_view(const struct crm_buf *b)
{
	return (struct crm_str){ b->p, b->n };
}

#endif
