import { describe, expect, test } from 'vitest'
import { decodeEntities, oneLine, plainName, plainText } from '../../src/mappers/plain-text.js'

describe('a long text keeps its lines and loses its HTML', () => {
  test.each([
    ['<p>M&#7897;t</p><p>hai<br/>ba</p>', 'Một\nhai\nba'],
    ['<table><tr><td>1</td><td>2</td></tr></table>', '1 2'],
    ['Tr&ecirc;n &gt; 5 ng&agrave;y &amp;lt;', 'Trên > 5 ngày &lt;'],
    ['Dưới < 5 ngày, trên > 3', 'Dưới < 5 ngày, trên > 3'],
    ['a<script>alert("x")</script>b<!-- c -->d<style>e{}</style>', 'abd'],
    ['một <script>không đóng', 'một không đóng'],
    ['a\r\n\r\n\tb\u00a0\u00a0c\u200b ', 'a\nb c'],
    ['<p>&nbsp;</p>', null],
    ['', null],
  ])('%j', (html, text) => {
    expect(plainText(html)).toBe(text)
  })

  test('a text full of beginnings without an end takes no time', () => {
    expect(plainText('<!--'.repeat(200_000))?.length).toBe(800_000)
  })
})

test('entities that are none stay as they are', () => {
  expect(decodeEntities('R&D; &unknown; &#0; &#x110000; &#xd800; &#7897;')).toBe('R&D; &unknown; &#0; &#x110000; &#xd800; ộ')
})

test('a name loses the number it had in a list, and nothing that belongs to it', () => {
  expect(['1.\tTên', '1. 2. Tên', '3) Tên', '01/2099/NĐ-CP', '2.5 ha rừng', '12 tháng', '1.'].map(plainName)).toEqual([
    'Tên',
    'Tên',
    'Tên',
    '01/2099/NĐ-CP',
    '2.5 ha rừng',
    '12 tháng',
    '1.',
  ])
  expect(oneLine(' a \n b\t\tc ')).toBe('a b c')
})
