/* Memory: allocation that never returns NULL (out of memory ends the program
 * with one message and exit 4, after the store's lock is gone with the
 * process), and arenas for things that die together. */
#ifndef CRM_MEM_H
#define CRM_MEM_H

#include "base/base.h"

void *crm_alloc(size_t n) CRM_MUST __attribute__((malloc));
void *crm_zalloc(size_t n) CRM_MUST __attribute__((malloc));
/* n elements of size bytes; overflow of the product ends the program too. */
void *crm_calloc(size_t n, size_t size) CRM_MUST;
void *crm_realloc(void *p, size_t n) CRM_MUST;
void *crm_reallocarray(void *p, size_t n, size_t size) CRM_MUST;
/* A NUL-terminated copy, owned by the caller. */
char *crm_strdup(struct crm_str s) CRM_MUST;

/* Grows *p (an array of elements of `size` bytes with room for *cap) until it
 * has room for `need`; amortised constant. */
void crm_grow(void *pp, size_t *cap, size_t need, size_t size);

/* An arena: pieces are never freed one by one. Zeroed is a valid empty one. */
struct crm_arena {
	struct crm_chunk *head, *spare;
	char *p, *end;
	size_t used;	/* bytes handed out since the last clear */
};

void *crm_arena_alloc(struct crm_arena *a, size_t n) CRM_MUST;	/* aligned 8 */
void *crm_arena_zalloc(struct crm_arena *a, size_t n) CRM_MUST;
/* A copy of s in the arena (with a NUL behind it). */
struct crm_str crm_arena_str(struct crm_arena *a, struct crm_str s);
/* Forgets all pieces but keeps one chunk for the next round. */
void crm_arena_clear(struct crm_arena *a);
/* The same, but all memory is kept: the next round needs as much. */
void crm_arena_rewind(struct crm_arena *a);
void crm_arena_release(struct crm_arena *a);

#endif
