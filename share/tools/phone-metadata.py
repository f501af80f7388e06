#!/usr/bin/env python3
"""Compiles libphonenumber's metadata into lib/model/phone_data.inc.

usage: phone-metadata.py metadata.max.json VERSION > lib/model/phone_data.inc

metadata.max.json comes with the npm package libphonenumber-js. Its patterns
use a small part of regular expressions over digits: classes, groups,
alternatives, counts, '$'. They become programs of 16-bit words for the matcher
in lib/model/phone_match.c (the words are described there), so that the table
needs no compiling and no relocation at start-up.
"""
import json
import sys

CLASS, REP, SPLIT, JUMP, SAVE, END, MATCH = 0, 1, 2, 3, 4, 5, 15
TYPES = 10


class Parser:
    """Pattern text to a tree: ('set', mask), ('cat', [..]), ('alt', [..]),
    ('rep', node, min, max), ('group', n, node), ('end',)."""

    def __init__(self, text):
        self.t, self.i, self.groups = text, 0, 0

    def peek(self):
        return self.t[self.i] if self.i < len(self.t) else ''

    def alt(self):
        branches = [self.cat()]
        while self.peek() == '|':
            self.i += 1
            branches.append(self.cat())
        return branches[0] if len(branches) == 1 else ('alt', branches)

    def cat(self):
        items = []
        while self.peek() not in ('', '|', ')'):
            items.append(self.count(self.atom()))
        return ('cat', items)

    def atom(self):
        c = self.peek()
        self.i += 1
        if c == '(':
            if self.t.startswith('?:', self.i):
                self.i += 2
                node = self.alt()
            else:
                self.groups += 1
                n = self.groups
                node = ('group', n, self.alt())
            assert self.peek() == ')', self.t
            self.i += 1
            return node
        if c == '[':
            return self.set()
        if c == '\\':
            assert self.peek() == 'd', self.t
            self.i += 1
            return ('set', 0x3ff)
        if c == '$':
            return ('end',)
        assert c.isdigit(), (c, self.t)
        return ('set', 1 << int(c))

    def set(self):
        mask = 0
        while self.peek() != ']':
            if self.peek() == '\\':
                self.i += 2
                mask |= 0x3ff
                continue
            a = int(self.peek())
            b = a
            self.i += 1
            if self.peek() == '-':
                b = int(self.t[self.i + 1])
                self.i += 2
            for d in range(a, b + 1):
                mask |= 1 << d
        self.i += 1
        return ('set', mask)

    def count(self, node):
        c = self.peek()
        if c == '?':
            self.i += 1
            return ('rep', node, 0, 1)
        if c == '{':
            j = self.t.index('}', self.i)
            low, _, high = self.t[self.i + 1:j].partition(',')
            self.i = j + 1
            return ('rep', node, int(low), int(high or low))
        assert c not in ('*', '+'), self.t
        return node


def first(node):
    """(mask of first digits, can it match nothing)."""
    kind = node[0]
    if kind == 'set':
        return node[1], False
    if kind == 'end':
        return 0, True
    if kind == 'group':
        return first(node[2])
    if kind == 'rep':
        m, empty = first(node[1])
        return m, empty or node[2] == 0
    if kind == 'alt':
        pairs = [first(n) for n in node[1]]
        mask = 0
        for m, _ in pairs:
            mask |= m
        return mask, any(e for _, e in pairs)
    mask = 0
    for n in node[1]:
        m, empty = first(n)
        mask |= m
        if not empty:
            return mask, False
    return mask, True


def first_word(node):
    mask, empty = first(node)
    return mask | (0x400 if empty else 0)


def emit(node):
    kind = node[0]
    if kind == 'set':
        return [CLASS << 12 | node[1]]
    if kind == 'end':
        return [END << 12]
    if kind == 'cat':
        out = []
        for n in node[1]:
            out += emit(n)
        return out
    if kind == 'group':
        return [SAVE << 12 | 2 * node[1]] + emit(node[2]) + \
            [SAVE << 12 | 2 * node[1] + 1]
    if kind == 'rep':
        return emit_rep(node[1], node[2], node[3])
    return emit_alt(node[1])


def emit_rep(node, low, high):
    if node[0] == 'set':
        return [REP << 12 | low << 6 | high, node[1]]
    body = emit(node)
    out = body * low
    for _ in range(high - low):
        out += [SPLIT << 12 | len(body) + 2, first_word(node)] + body
    return out


def emit_alt(branches):
    out = emit(branches[-1])
    for b in reversed(branches[:-1]):
        body = emit(b)
        assert len(out) + 1 < 4096 and len(body) + 3 < 4096
        out = [SPLIT << 12 | len(body) + 3, first_word(b)] + body + \
            [JUMP << 12 | len(out) + 1] + out
    return out


class Pool:
    """Programs and texts, each stored once."""

    def __init__(self):
        self.code, self.at = [MATCH << 12], {}
        self.text, self.text_at = '\0', {'': 0}

    def program(self, pattern):
        if not pattern:
            return 0
        if pattern not in self.at:
            p = Parser(pattern)
            tree = p.alt()
            assert p.i == len(pattern), pattern
            self.at[pattern] = len(self.code)
            self.code += emit(tree) + [MATCH << 12]
        return self.at[pattern]

    def string(self, s):
        s = s or ''
        if s not in self.text_at:
            self.text_at[s] = len(self.text)
            self.text += s + '\0'
        return self.text_at[s]


def mask(lengths):
    m = 0
    for n in lengths or []:
        m |= 1 << n
    return m


def rows(name, items, width=1600):
    print('static const %s = {' % name)
    line = ''
    for item in items:
        if len(line) + len(item) > width:
            print(line)
            line = ''
        line += item + ','
    print(line + '\n};')


def region(pool, formats, rid, c, main):
    own = c[4] or main[4] or []
    start = len(formats)
    rule_of_region = c[6] or main[6] or ''
    optional = bool(c[9] or main[9])
    for f in own:
        f = list(f) + [0] * 6
        formats.append('{%d,%d,%d,%d,%d,%d}' % (
            pool.program(f[0]), pool.program(f[2][-1]) if f[2] else 0,
            pool.string(f[1]), pool.string(f[5] or ''),
            pool.string(f[3] or rule_of_region), bool(f[4]) or optional))
    types = []
    given = c[11] or []
    for i in range(TYPES):
        t = given[i] if i < len(given) else 0
        if not t or not t[0]:
            types.append('{0,0}')
        else:
            types.append('{%d,%d}' % (pool.program(t[0]), mask(
                t[1] if len(t) > 1 else c[3])))
    same = len(given) > 1 and given[1] and not given[1][0]
    return '{"%s",%s,%d,%d,%d,%d,%d,%d,%d,%d,%d,%d,%d,%d,{%s}}' % (
        rid, c[0], bool(same) or not given, len(own), start,
        pool.program(c[1]), pool.program(c[2]), mask(c[3]),
        pool.program(c[7] or c[5]), pool.string(c[8]), pool.program(c[10]),
        pool.string(c[5]), pool.string(c[13] if len(c) > 13 else ''),
        bool(given), ','.join(types))


def main():
    data = json.load(open(sys.argv[1], encoding='utf-8'))
    pool, formats, regions = Pool(), [], []
    plans = dict(data['countries'])
    order = sorted(plans)
    index = {r: i for i, r in enumerate(order)}
    calling, members = [], []
    for code, ids in sorted(data['country_calling_codes'].items(),
                            key=lambda x: int(x[0])):
        calling.append((int(code), len(members), len(ids)))
        members += [index[r] for r in ids]
    for r in order:
        c = plans[r] + [0] * (14 - len(plans[r]))
        head = plans[data['country_calling_codes'][c[0]][0]]
        head = head + [0] * (14 - len(head))
        regions.append(region(pool, formats, r, c, head))
    for code, c in sorted(data['nonGeographic'].items()):
        c = c + [0] * (14 - len(c))
        calling.append((int(code), len(members), 1))
        members.append(len(regions))
        regions.append(region(pool, formats, '001', c, c))
    calling.sort()
    print('/* Made by share/tools/phone-metadata.py from metadata.max.json of'
          ' libphonenumber-js\n * %s (Apache-2.0): see share/crm/SOURCES. */'
          % sys.argv[2])
    rows('uint16_t phone_code[]', ['%d' % w for w in pool.code])
    print('static const char phone_text[] =')
    for s in pool.text.split('\0')[:-1]:
        print('"%s\\0"' % s.replace('\\', '\\\\').replace('"', '\\"'),
              end='\n' if len(s) > 20 else '')
    print(';')
    rows('struct phone_format phone_formats[]', formats)
    rows('struct phone_region phone_regions[]', regions)
    rows('struct phone_calling phone_callings[]',
         ['{%d,%d,%d}' % c for c in calling])
    rows('uint8_t phone_members[]', ['%d' % m for m in members])


main()
