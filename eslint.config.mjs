import globals from 'globals';
import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';
import js from '@eslint/js';

export default tseslint.config(
  { ignores: ['node_modules', '.host', '.demo', '.work', 'dist'] },
  js.configs.recommended,
  ...tseslint.configs.recommended,
  {
    languageOptions: {
      globals: {
        ...globals.node,
        ...globals.browser,
        __PACKAGE_NAME__: 'readonly',
        __webpack_public_path__: 'writable',
      },
    },
    rules: { 'no-console': 'error', '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }] },
  },
  { files: ['src/client*/**/*.{ts,tsx}'], ...reactHooks.configs.flat['recommended'] },
  { files: ['**/*.{js,cjs}'], rules: { '@typescript-eslint/no-require-imports': 'off' } },
  { files: ['tools/**', 'simulator/**', 'tests/**'], rules: { 'no-console': 'off' } },
);
