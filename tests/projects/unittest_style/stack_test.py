import unittest

from stack import Full, Stack


class StackTest(unittest.TestCase):
    def setUp(self):
        self.stack = Stack(2)

    def test_last_in_first_out(self):
        self.stack.push(1)
        self.stack.push(2)
        self.assertEqual(self.stack.pop(), 2)
        self.assertEqual(self.stack.pop(), 1)

    def test_limit(self):
        self.stack.push(1)
        self.stack.push(2)
        with self.assertRaises(Full):
            self.stack.push(3)

    def test_room_again(self):
        self.stack.push(1)
        self.stack.pop()
        self.stack.push(2)
        self.stack.push(3)
        self.assertEqual(len(self.stack.items), 2)
